<?php

/**
 * nightly.php DATABASE
 *
 * Tells CAKE what became of every lead in the table `reports` that has no outcome yet, oldest first, and stores what
 * CAKE said. What stays unknown is reported again on the next night.
 *
 * Environment: CAKE_URL (the method's URL), CAKE_API_KEY, CAKE_TIMEOUT (seconds, 10 if not set), and CAKE_CA_FILE where
 * the authorities to trust are not the system's.
 * Exit codes: 0 when every lead has been reported, whatever CAKE said; 1 when a stage is not known; 64 wrong use.
 */

declare(strict_types=1);

use Example\Cake\Outcome;
use Example\Cake\UpdateLeadStatus;

// The client of examples/clients/php; with Composer, vendor/autoload.php instead.
$client = __DIR__ . '/../../clients/php/src';
require "$client/Outcome.php";
require "$client/Answer.php";
require "$client/UpdateLeadStatus.php";
$stages = require __DIR__ . '/../src/stages.php';

$url = (string) getenv('CAKE_URL');
$key = (string) getenv('CAKE_API_KEY');
if ($argc !== 2 || $url === '' || $key === '') {
    fwrite(STDERR, "usage: CAKE_URL=… CAKE_API_KEY=… nightly.php DATABASE\n");
    exit(64);
}
$cake = new UpdateLeadStatus($url, $key, (int) (getenv('CAKE_TIMEOUT') ?: 10), getenv('CAKE_CA_FILE') ?: null);
$database = new PDO("sqlite:$argv[1]", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);

$waiting = $database->query(
    "SELECT id, lead_id, stage, fields FROM reports WHERE outcome IS NULL OR outcome = 'unknown' ORDER BY id",
    PDO::FETCH_ASSOC,
)->fetchAll();
$store = $database->prepare('UPDATE reports SET outcome = :outcome, code = :code, reason = :reason WHERE id = :id');
$all_known = true;
foreach ($waiting as $report) {
    if (!isset($stages[$report['stage']])) {
        fwrite(STDERR, "lead {$report['lead_id']}: there is no status for the stage \"{$report['stage']}\"\n");
        $all_known = false;
        continue;
    }
    [$status, $sub_status] = $stages[$report['stage']];
    $answer = $cake->send($report['lead_id'], $status, $sub_status, json_decode($report['fields'], true));
    $store->execute([
        'outcome' => $answer->outcome->value,
        'code' => $answer->code,
        'reason' => $answer->reason,
        'id' => $report['id'],
    ]);
    if ($answer->outcome !== Outcome::Updated) {
        echo "lead {$report['lead_id']}: {$answer->outcome->value}, $answer->reason\n";
    }
}
exit($all_known ? 0 : 1);
