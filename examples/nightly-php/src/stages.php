<?php

declare(strict_types=1);

/** What the network calls each stage of ours: its status, and its sub-status where it wants one. */
return [
    'won' => ['Funded', null],
    'won, paid in full' => ['Funded', 'Full Payment'],
    'won, paid in part' => ['Funded', 'Partial Payment'],
    'lost' => ['Unqualified', null],
    'lost, duplicate' => ['Unqualified', 'Duplicate'],
    'lost, credit' => ['Unqualified', 'Bad Credit'],
    'working' => ['In Progress', null],
    'working, contacted' => ['In Progress', 'Contacted'],
    'working, documents' => ['In Progress', 'Documents Pending'],
    'working, underwriting' => ['In Progress', 'Underwriting'],
    'gone' => ['Withdrawn', null],
];
