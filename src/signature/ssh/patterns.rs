//! OpenSSH's lists of patterns (PATTERNS in ssh_config(5)): `*`, `?`, commas, and `!` for what
//! must not match.

/// OpenSSH reads no longer pattern.
const LONGEST: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patterns(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    text: Vec<u8>,
    negated: bool,
}

impl Patterns {
    /// `None` if one of the patterns is too long.
    pub(super) fn read(list: &str) -> Option<Self> {
        let patterns = list.split(',').map(|pattern| {
            let (text, negated) = match pattern.strip_prefix('!') {
                Some(text) => (text, true),
                None => (pattern, false),
            };
            (text.len() < LONGEST).then(|| Pattern {
                text: text.as_bytes().to_vec(),
                negated,
            })
        });
        patterns.collect::<Option<_>>().map(Self)
    }

    /// Whether one of the patterns matches and none of the negated ones.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let mut matching = self
            .0
            .iter()
            .filter(|pattern| wild(text, &pattern.text))
            .peekable();
        matching.peek().is_some() && matching.all(|pattern| !pattern.negated)
    }
}

/// Goes back to the last `*` alone, which is enough and takes at most the product of the lengths.
fn wild(text: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut in_pattern) = (0, 0);
    let mut star = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some(b'*') => {
                star = Some((in_pattern, at));
                in_pattern += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => {
                let Some((of_star, eaten)) = star else {
                    return false;
                };
                star = Some((of_star, eaten + 1));
                in_pattern = of_star + 1;
                at = eaten + 1;
            }
        }
    }
    pattern[in_pattern..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(list: &str, text: &str) -> bool {
        Patterns::read(list).unwrap().matches(text.as_bytes())
    }

    #[test]
    fn lists_match_as_in_openssh() {
        for (list, text, expected) in [
            ("ann@x.org", "ann@x.org", true),
            ("ann@x.org", "Ann@X.org", false),
            ("ann@x.org", "ann@x.orgs", false),
            ("*@x.org", "ann@x.org", true),
            ("*@x.org", "ann@y.x.org", false),
            ("*", "anybody", true),
            ("a?n@*", "ann@y", true),
            ("*a*b*c", "xaxbxbxc", true),
            ("*a*b*c", "xaxbxbx", false),
            ("bob@x.org,*@y.org", "ann@y.org", true),
            ("*@x.org,!eve@x.org", "ann@x.org", true),
            ("*@x.org,!eve@x.org", "eve@x.org", false),
            ("!eve@x.org,*@x.org", "eve@x.org", false),
            ("!eve@x.org", "ann@x.org", false),
            ("", "ann@x.org", false),
        ] {
            assert_eq!(matches(list, text), expected, "{list} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let stars = "*a".repeat(500);
        assert!(!matches(&stars, &"a".repeat(400)));
        assert_eq!(Patterns::read(&"a".repeat(2000)), None);
    }
}
