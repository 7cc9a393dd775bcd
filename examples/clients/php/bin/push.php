<?php

/**
 * push.php LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]
 *
 * Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
 * CAKE_TIMEOUT, in whole seconds, 10 if not set;
 * CAKE_CA_FILE where the authorities to trust are not the system's.
 * Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use and 127 missing extension, nothing sent.
 */

declare(strict_types=1);

use Example\Cake\Outcome;
use Example\Cake\UpdateLeadStatus;

// With Composer, vendor/autoload.php instead.
require __DIR__ . '/../src/Outcome.php';
require __DIR__ . '/../src/Answer.php';
require __DIR__ . '/../src/UpdateLeadStatus.php';

function stop(int $exitCode, string $message): never
{
    fwrite(STDERR, "push.php: $message\n");
    exit($exitCode);
}

foreach (['curl', 'dom'] as $extension) {
    extension_loaded($extension) || stop(127, "the PHP extension $extension is not installed");
}

$base = rtrim((string) getenv('CAKE_BASE_URL'), '/');
$url = getenv('CAKE_URL') ?: ($base === '' ? '' : "$base/api/1/buyers.asmx/UpdateLeadStatus");
$key = (string) getenv('CAKE_API_KEY');
preg_match('~^https?://.~', $url) && $key !== '' || stop(64, 'set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY');

$timeout = getenv('CAKE_TIMEOUT') ?: '10';
preg_match('~^[1-9][0-9]{0,3}$~D', $timeout) || stop(64, 'CAKE_TIMEOUT must be whole seconds');

[, $leadId, $status, $subStatus, $json] = $argv + ['', '', '', '', '{}'];
$leadId !== '' && $status !== '' && $argc <= 5 || stop(64, 'usage: push.php LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]');

$fields = json_decode($json);
is_object($fields) && array_filter((array) $fields, is_string(...)) == (array) $fields
    || stop(64, 'FIELDS_JSON must be an object of strings');

try {
    $answer = (new UpdateLeadStatus($url, $key, (int) $timeout, getenv('CAKE_CA_FILE') ?: null))
        ->send($leadId, $status, $subStatus === '' ? null : $subStatus, (array) $fields);
} catch (InvalidArgumentException $e) {
    stop(64, $e->getMessage());
}

echo "{$answer->outcome->value}: $answer->reason\n";
exit(match ($answer->outcome) {
    Outcome::Updated => 0,
    Outcome::Rejected => 10,
    Outcome::Unknown => 11,
});
