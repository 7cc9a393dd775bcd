<?php

declare(strict_types=1);

namespace Example\Cake;

/** What a buyer may conclude from one call. */
enum Outcome: string
{
    /** CAKE took the update. */
    case Updated = 'updated';

    /** CAKE refused it and said why: sending the same again will not help. */
    case Rejected = 'rejected';

    /** No usable answer. CAKE may or may not have recorded the update: record it as open, not as done. */
    case Unknown = 'unknown';
}
