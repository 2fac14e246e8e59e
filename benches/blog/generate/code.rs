//! The code blocks of a generated post: a dozen languages, each block with names and numbers of its
//! own, so that none is highlighted twice.

use super::prose::NOUNS;
use super::random::Random;

/// A language, how many blocks of a hundred are in it, and pieces to make one of. `$A` and `$B`
/// become names, `$N` a number.
type Language = (&'static str, usize, &'static [&'static str]);

const LANGUAGES: [Language; 12] = [
    ("rust", 24, RUST),
    ("bash", 14, BASH),
    ("python", 13, PYTHON),
    ("javascript", 11, JAVASCRIPT),
    ("go", 8, GO),
    ("toml", 7, TOML),
    ("json", 6, JSON),
    ("yaml", 5, YAML),
    ("c", 4, C),
    ("html", 4, HTML),
    ("sql", 2, SQL),
    ("css", 2, CSS),
];

const RUST: &[&str] = &[
    "use std::collections::BTreeMap;\n\n/// What is known of one $A.\n#[derive(Debug, Clone, PartialEq)]\npub struct Known {\n    $A: String,\n    $B: Option<u32>, // never above $N\n}\n",
    "fn $A_of($B: &[u8], limit: usize) -> Result<usize, Error> {\n    let mut found = 0;\n    for (at, byte) in $B.iter().enumerate().take(limit) {\n        if *byte == b'\\n' {\n            found += at % $N;\n        }\n    }\n    if found == 0 {\n        return Err(Error::new(\"no $A in $B\"));\n    }\n    Ok(found)\n}\n",
    "let $A: Vec<_> = $B\n    .iter()\n    .filter(|one| one.len() > $N)\n    .map(|one| one.trim().to_owned())\n    .collect();\nprintln!(\"{} of {}\", $A.len(), $B.len());\n",
    "match $A.get($N) {\n    Some($B) if $B.is_empty() => continue,\n    Some($B) => total += $B.len() as u64,\n    None => break,\n}\n",
];
const BASH: &[&str] = &[
    "#!/usr/bin/env bash\nset -euo pipefail\n$A=${1:?usage: $A FOLDER}\nmkdir -p \"$$A/$B\"\n",
    "find \"$$A\" -name '*.md' -size +$Nk | while read -r file; do\n    echo \"$file is long\" >&2\ndone\n",
    "git log --format='%h %an' -n $N -- posts/$A | sort | uniq -c\ncurl --silent --fail localhost:8080/$B | head -c $N\n",
];
const PYTHON: &[&str] = &[
    "from dataclasses import dataclass\nfrom pathlib import Path\n\n\n@dataclass\nclass Entry:\n    \"\"\"One $A of the $B.\"\"\"\n\n    name: str\n    size: int = $N\n",
    "def read_$A(folder: Path, limit: int = $N) -> dict[str, int]:\n    sizes = {}\n    for file in sorted(folder.glob(\"*.md\"))[:limit]:\n        text = file.read_text(encoding=\"utf-8\")\n        sizes[file.stem] = len(text.split())  # words\n    return sizes\n",
    "total = sum(row[\"$A\"] for row in $B if row[\"$A\"] > $N)\nprint(f\"{total:>10,} in {len($B)} rows\")\n",
];
const JAVASCRIPT: &[&str] = &[
    "import { $A } from \"./$B.js\";\n\nexport async function load(url, tries = $N) {\n  for (let n = 0; n < tries; n += 1) {\n    const answer = await fetch(`${url}?$A=${n}`);\n    if (answer.ok) return answer.json();\n  }\n  throw new Error(\"no $B\");\n}\n",
    "const $A = new Map($B.map((one) => [one.id, one]));\nfor (const [id, one] of $A) {\n  if (one.size > $N) console.warn(id, one);\n}\n",
    "document.querySelector(\"#$A\")?.addEventListener(\"click\", (event) => {\n  event.preventDefault();\n  $B.count = ($B.count ?? 0) + $N;\n});\n",
];
const GO: &[&str] = &[
    "package main\n\nimport \"fmt\"\n\ntype Entry struct {\n\tName string `json:\"$A\"`\n\tSize int    `json:\"$B\"`\n}\n",
    "func count($A []string) (int, error) {\n\ttotal := 0\n\tfor i, one := range $A {\n\t\tif len(one) > $N {\n\t\t\treturn 0, fmt.Errorf(\"$B %d is too long\", i)\n\t\t}\n\t\ttotal += len(one)\n\t}\n\treturn total, nil\n}\n",
];
const TOML: &[&str] = &[
    "[$A]\nname = \"$B\"\nversion = \"0.$N.1\"\n\n[$A.limits]\nposts = $N # a page\nnames = [\"$A\", \"$B\"]\n",
];
const JSON: &[&str] = &[
    "{\n  \"$A\": $N,\n  \"$B\": [\"one\", null, true, $N.5],\n  \"inner\": { \"$A\": \"$B\" }\n}\n",
];
const YAML: &[&str] =
    &["$A:\n  - name: $B\n    run: make $A\n    minutes: $N\n  - name: publish\n    needs: [$B]\n"];
const C: &[&str] = &[
    "#include <stddef.h>\n\n/* A hash of the $A. */\nstatic unsigned $A_hash(const char *text, size_t length)\n{\n    unsigned hash = $N;\n    for (size_t i = 0; i < length; i++)\n        hash = hash * 31 + (unsigned char)text[i];\n    return hash;\n}\n",
];
const HTML: &[&str] = &[
    "<section class=\"$A\">\n  <h2 id=\"$B\">About the $B</h2>\n  <p>More than <em>$N</em> &amp; counting.</p>\n</section>\n",
];
const SQL: &[&str] = &[
    "SELECT $A.name, count(*) AS posts\n  FROM $A JOIN $B ON $B.owner = $A.id\n WHERE $B.size > $N\n GROUP BY $A.name\n ORDER BY posts DESC;\n",
];
const CSS: &[&str] = &[
    ".$A > a:hover {\n  margin: 0 $Npx;\n  color: rgb(40 $N 90);\n}\n\n@media (width < $Nem) {\n  .$B { display: none; }\n}\n",
];

/// One fenced block.
pub(super) fn block(random: &mut Random) -> String {
    let mut share = random.below(100);
    let (name, _, pieces) = LANGUAGES
        .iter()
        .find(|(_, percent, _)| {
            let here = share < *percent;
            share = share.saturating_sub(*percent);
            here
        })
        .expect("the shares make a hundred");
    let mut block = format!("```{name}\n");
    for piece in 0..=random.below(3) {
        if piece > 0 {
            block.push('\n');
        }
        let number = random.below(90) + 2;
        block += &random
            .of(pieces)
            .replace("$A", random.of(&NOUNS))
            .replace("$B", random.of(&NOUNS))
            .replace("$N", &number.to_string());
    }
    block + "```"
}
