#!/usr/bin/env node
// Starts the program, which the package of this platform carries, and ends as it ends.
"use strict";

const { spawn } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;
let program;
try {
    program = require.resolve(`@caketester/${platform}/caketester${process.platform === "win32" ? ".exe" : ""}`);
} catch {
    console.error(`error: the package @caketester/${platform} is not installed. Install without --omit=optional; if there is no such`);
    console.error(`package, see https://github.com/caketester/caketester/blob/main/docs/install.md`);
    process.exit(3);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// A terminal sends Ctrl-C to both.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
for (const signal of ["SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
    console.error(`error: cannot start ${program}: ${error.message}`);
    process.exitCode = 3;
});
child.on("exit", (code, signal) => {
    if (signal) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
    } else {
        process.exitCode = code;
    }
});
