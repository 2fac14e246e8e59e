// What Lighthouse says of a page, and what the page weighs on the wire.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");

// Lighthouse's report on a page, of some categories.
function judge(url, categories) {
    const out = path.join(root, "target/ci/lighthouse.json");
    const run = spawnSync("node", [
        path.join(root, "target/ci/node_modules/lighthouse/cli/index.js"), url, "--quiet",
        "--output=json", `--output-path=${out}`, `--only-categories=${categories}`,
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ], { env: { CHROME_PATH: process.env.CHROMIUM || "/usr/bin/chromium", ...process.env }, encoding: "utf8" });
    if (run.status) throw new Error(run.stderr);
    return JSON.parse(fs.readFileSync(out, "utf8"));
}

// By category, of 100.
function scores(report) {
    return Object.fromEntries(Object.entries(report.categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
}

// Each request with its type and its bytes on the wire.
function requests(report) {
    return report.audits["network-requests"].details.items.map(({ resourceType, transferSize, url }) => ({ type: resourceType, bytes: transferSize, url }));
}

module.exports = { judge, scores, requests };
