<?php

/**
 * check.php CASES OUTCOMES
 *
 * What stands between caketester and the job: puts the cases into a fresh table as the CRM would have them, has the job
 * run, and hands back what it stored. The job itself knows nothing of being tested.
 */

declare(strict_types=1);

// The stage each of the network's statuses is reported from, said a second time on purpose: a mapping that is wrong in
// src/stages.php meets one that is not.
const STAGES = [
    'Funded' => 'won',
    'Funded/Full Payment' => 'won, paid in full',
    'Funded/Partial Payment' => 'won, paid in part',
    'Unqualified' => 'lost',
    'Unqualified/Duplicate' => 'lost, duplicate',
    'Unqualified/Bad Credit' => 'lost, credit',
    'In Progress' => 'working',
    'In Progress/Contacted' => 'working, contacted',
    'In Progress/Documents Pending' => 'working, documents',
    'In Progress/Underwriting' => 'working, underwriting',
    'Withdrawn' => 'gone',
];

[, $cases, $outcomes] = $argv + ['', '', ''];
if ($argc !== 3) {
    fwrite(STDERR, "usage: check.php CASES OUTCOMES, as in `caketester client --batch -- php check.php {cases} {outcomes}`\n");
    exit(64);
}

// Beside the outcomes, in a directory that caketester removes.
$file = "$outcomes.sqlite";
$database = new PDO("sqlite:$file", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$database->exec('CREATE TABLE reports (
    id INTEGER PRIMARY KEY, lead_id TEXT NOT NULL, stage TEXT NOT NULL, fields TEXT NOT NULL,
    outcome TEXT, code INTEGER, reason TEXT, step TEXT
)');
$insert = $database->prepare('INSERT INTO reports (lead_id, stage, fields, step) VALUES (?, ?, ?, ?)');
foreach (json_decode(file_get_contents($cases), true, 512, JSON_THROW_ON_ERROR) as $case) {
    $name = implode('/', array_filter([$case['status'], $case['sub_status']], is_string(...)));
    if (!isset(STAGES[$name])) {
        fwrite(STDERR, "{$case['scenario']}: no stage of the CRM is reported as \"$name\"; leave it out with --only\n");
        continue;
    }
    $fields = json_encode($case['fields'], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    $insert->execute([$case['lead_id'], STAGES[$name], $fields, $case['step']]);
}

passthru(escapeshellarg(PHP_BINARY) . ' ' . escapeshellarg(__DIR__ . '/nightly.php') . ' ' . escapeshellarg($file), $exit);

$lines = '';
foreach ($database->query('SELECT lead_id, step, outcome, code FROM reports WHERE outcome IS NOT NULL ORDER BY id', PDO::FETCH_ASSOC) as $row) {
    $lines .= json_encode($row, JSON_THROW_ON_ERROR) . "\n";
}
file_put_contents($outcomes, $lines);
exit($exit);
