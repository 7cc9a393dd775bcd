<?php

declare(strict_types=1);

namespace Example\Cake;

use DOMDocument;
use DOMXPath;
use InvalidArgumentException;
use SensitiveParameter;

/** Tells CAKE what became of a lead: one GET, one answer. Needs ext-curl and ext-dom. */
final class UpdateLeadStatus
{
    private const MAX_ANSWER_BYTES = 1024 * 1024;
    private const OWN_PARAMETERS = ['api_key', 'lead_id', 'status', 'sub_status'];
    private const REFUSALS = [
        1 => 'API key not valid',
        2 => 'lead not found',
        3 => 'status not recognised',
        4 => 'Lead Statuses not enabled',
    ];

    /**
     * @param string $url the method's whole URL, https://YourDomain.com/api/1/buyers.asmx/UpdateLeadStatus
     * @param int $timeout seconds for the whole call, from connecting to the last byte
     * @param ?string $caFile the authorities to trust, where they are not the system's
     */
    public function __construct(
        private readonly string $url,
        #[SensitiveParameter] private readonly string $apiKey,
        private readonly int $timeout = 10,
        private readonly ?string $caFile = null,
    ) {
    }

    /** @param array<string, string> $fields custom fields by field name, such as ['loan_amount' => '25000'] */
    public function send(string $leadId, string $status, ?string $subStatus = null, array $fields = []): Answer
    {
        foreach (array_keys($fields) as $name) {
            // CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
            if (in_array(strtolower((string) $name), self::OWN_PARAMETERS, true)) {
                throw new InvalidArgumentException("a custom field cannot be called $name");
            }
        }
        // http_build_query leaves out null, so no sub_status is sent where there is none. The separator is
        // given because the default comes from php.ini (arg_separator.output).
        $query = http_build_query(
            ['api_key' => $this->apiKey, 'lead_id' => $leadId, 'status' => $status, 'sub_status' => $subStatus] + $fields,
            '',
            '&',
            PHP_QUERY_RFC3986,
        );

        $body = '';
        $curl = curl_init("$this->url?$query");
        curl_setopt_array($curl, [
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false, // another host must not be handed the key
            CURLOPT_TIMEOUT => $this->timeout,
            CURLOPT_WRITEFUNCTION => function ($_, string $chunk) use (&$body): int {
                $body .= $chunk;
                return strlen($body) <= self::MAX_ANSWER_BYTES ? strlen($chunk) : 0; // 0 ends the transfer
            },
        ]);
        if ($this->caFile !== null) {
            curl_setopt($curl, CURLOPT_CAINFO, $this->caFile);
        }
        if (!curl_exec($curl)) {
            // Not curl_error(): the fixed text of the error number cannot quote the URL, and so the key.
            return new Answer(Outcome::Unknown, 'no answer, ' . curl_strerror(curl_errno($curl)));
        }

        return self::judge(curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $body);
    }

    /** Decides by the code alone: a refusal may come with HTTP 200, and its message is for people. */
    private static function judge(int $http, string $body): Answer
    {
        $code = self::code($body);

        return match (true) {
            $code === null => new Answer(Outcome::Unknown, "HTTP $http without a readable code"),
            $code === 0 && $http === 200 => new Answer(Outcome::Updated, 'code 0', 0),
            isset(self::REFUSALS[$code]) => new Answer(Outcome::Rejected, "code $code, " . self::REFUSALS[$code], $code),
            default => new Answer(Outcome::Unknown, "HTTP $http with code $code", $code),
        };
    }

    /** The number in <result><code>, in any namespace; null where the answer is not such a document. */
    private static function code(string $body): ?int
    {
        $document = new DOMDocument();
        $before = libxml_use_internal_errors(true);
        // The parser under PHP takes a NUL byte for the end, whatever stands behind it.
        $read = $body !== '' && !str_contains($body, "\0") && $document->loadXML($body, LIBXML_NONET);
        libxml_clear_errors();
        libxml_use_internal_errors($before);
        if (!$read || $document->doctype !== null || $document->documentElement->localName !== 'result') {
            return null;
        }

        $codes = (new DOMXPath($document))->query('/*/*[local-name() = "code"]');
        $plain = $codes->length === 1 && $codes[0]->childElementCount === 0;

        return $plain && preg_match('/^\s*0*([0-9]{1,9})\s*$/D', $codes[0]->textContent, $found) ? (int) $found[1] : null;
    }
}
