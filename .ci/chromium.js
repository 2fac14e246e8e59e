// A browser for the checks, and what it may not do.
"use strict";

const path = require("node:path");

const root = path.join(__dirname, "..");
const modules = path.join(root, "target/ci/node_modules");

function launch() {
    const { chromium } = require(path.join(modules, "playwright-core"));
    return chromium.launch({
        executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
        args: [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });
}

// Whatever the browser complains of, and whatever it asks of anyone else.
function watch(page, url, wrong) {
    const origin = new URL(url).origin;
    page.on("pageerror", (error) => {
        // The browser's word for an animation between two pages that it gave up when it was busy.
        if (!/^Transition was (aborted|skipped)/.test(error.message)) wrong(`script error: ${error.message}`);
    });
    page.on("console", (message) => {
        const own = message.location().url === url && /status of 4(04|10)/.test(message.text());
        if (message.type() === "error" && !own) wrong(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("request", (request) => {
        if (new URL(request.url()).origin !== origin) wrong(`asks another host for ${request.url()}`);
    });
    page.on("response", (response) => {
        if (response.status() >= 400 && response.url() !== url) wrong(`${response.status()} for ${response.url()}`);
    });
}

module.exports = { launch, modules, root, watch };
