<?php

declare(strict_types=1);

namespace Example\Cake;

/** One call's result. The reason is safe to log: it never holds the API key. */
final readonly class Answer
{
    public function __construct(
        public Outcome $outcome,
        public string $reason,
        public ?int $code = null,
    ) {
    }
}
