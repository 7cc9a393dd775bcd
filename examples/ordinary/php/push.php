<?php

declare(strict_types=1);

// Sends one lead's status to CAKE.

// Debian's php-guzzlehttp-guzzle; with Composer this is vendor/autoload.php.
require 'GuzzleHttp/autoload.php';

use GuzzleHttp\Client;
use GuzzleHttp\Exception\GuzzleException;

const UPDATED = 0;
const REJECTED = 10;
const UNKNOWN = 11;

function parameters(): array
{
    $parameters = [
        'api_key' => getenv('CAKE_API_KEY'),
        'lead_id' => getenv('CAKE_LEAD_ID'),
        'status' => getenv('CAKE_STATUS'),
    ];
    $subStatus = (string) getenv('CAKE_SUB_STATUS');
    if ($subStatus !== '') {
        $parameters['sub_status'] = $subStatus;
    }
    $fields = json_decode(getenv('CAKE_FIELDS') ?: '{}', true, 512, JSON_THROW_ON_ERROR);

    return $parameters + $fields;
}

/** The outcome that CAKE's answer stands for. */
function outcome(string $body): int
{
    $result = simplexml_load_string($body);
    if ($result === false || !isset($result->code)) {
        fwrite(STDERR, "CAKE's answer has no code\n");
        return UNKNOWN;
    }
    $code = trim((string) $result->code);
    echo "code $code: $result->msg\n";

    return match ($code) {
        '0' => UPDATED,
        '1', '2', '3', '4' => REJECTED,
        default => UNKNOWN,
    };
}

libxml_use_internal_errors(true);
$client = new Client([
    'timeout' => 10,
    // The key is in the query, and goes to no other host.
    'allow_redirects' => false,
    'verify' => getenv('CAKE_CA_FILE') ?: true,
]);
try {
    $response = $client->get(getenv('CAKE_URL'), ['query' => parameters()]);
    exit(outcome((string) $response->getBody()));
} catch (GuzzleException $e) {
    fwrite(STDERR, $e->getMessage() . "\n");
    exit(UNKNOWN);
}
