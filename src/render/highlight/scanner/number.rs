//! How far a number goes.

/// The length of the number that `rest` begins with: `1_000`, `0xFFu`, `1.5e-3f`, `1'000`, and the
/// first one of `1..5`.
pub(super) fn length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut end = 1;
    while let Some(&byte) = bytes.get(end) {
        let after = bytes.get(end + 1).copied().unwrap_or_default();
        let part = match byte {
            b'.' => after.is_ascii_digit(),
            b'\'' => after.is_ascii_hexdigit() && bytes[end - 1].is_ascii_hexdigit(),
            b'+' | b'-' => {
                let exponent = if hexadecimal { b'p' } else { b'e' };
                bytes[end - 1].eq_ignore_ascii_case(&exponent) && after.is_ascii_digit()
            }
            _ => byte.is_ascii_alphanumeric() || byte == b'_',
        };
        if !part {
            break;
        }
        end += 1;
    }
    end
}
