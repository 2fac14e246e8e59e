//! Whose signature a post carries: shown where a key of the repository made it for this very text,
//! and for nothing else.

use serde_json::Value;

use crate::harness::{Blog, SigningKey, crawl};

const MAY: &str = "2024-05-01T09:00:00+02:00";
const JUNE: &str = "2024-06-01T09:00:00+02:00";
const OWLS: &str = "posts/owls.md";

/// Ann's key, which the blog's signers file lists.
fn ann() -> SigningKey {
    SigningKey::number(1)
}

fn bob() -> SigningKey {
    SigningKey::number(2)
}

/// A blog that lists Ann's key, with a post by Ann that is not signed yet.
fn blog() -> Blog {
    let blog = Blog::of_two_posts();
    blog.write(".allowed_signers", ann().allows("Ann"))
        .commit(MAY, "Bob", "List the signers")
        .write(OWLS, "# Owls\n\nOwls hoot.\n")
        .commit(MAY, "Ann", "Add owls");
    blog
}

fn verified(blog: &Blog) -> Value {
    blog.listed(OWLS)["verified"].clone()
}

fn warnings(blog: &Blog) -> String {
    blog.check()["warnings"].to_string()
}

#[test]
fn a_post_signed_by_a_listed_key_names_its_signer_everywhere() {
    let blog = blog();
    blog.signed(&ann());
    assert_eq!(verified(&blog), "Ann");
    assert_eq!(blog.listed("posts/cats.md")["verified"], Value::Null);
    for server in [blog.bare().serve(), blog.serve()] {
        server.get("/owls/").shows("Signed by Ann");
        server.get("/cats/").hides("Signed").hides("signature");
    }
    assert!(!warnings(&blog).contains("signature"));
}

#[test]
fn the_signer_goes_by_the_name_of_mailmap_and_registry() {
    let blog = blog();
    blog.signed(&ann())
        .write(".mailmap", "A. Lee <ann@mail.invalid>\n")
        .write(
            "byline.toml",
            "[authors.ann]\nname = 'Ann Lee'\ngit = ['A. Lee']\n",
        )
        .commit(JUNE, "Bob", "Name her");
    assert_eq!(verified(&blog), "Ann Lee");
}

#[test]
fn who_committed_a_text_by_another_may_be_its_signer() {
    let blog = blog();
    blog.write(OWLS, "# Owls\n\nOwls hoot at night.\n")
        .commit_by(("Cid", JUNE), ("Ann", JUNE), "Mend")
        .signed(&ann());
    assert_eq!(verified(&blog), "Ann");
}

#[test]
fn a_text_that_is_not_signed_names_nobody() {
    let blog = blog();
    assert_eq!(verified(&blog), Value::Null);
    blog.signed(&ann());
    blog.git(&["update-ref", "refs/signed", "HEAD"]);
    for text in ["# Owls\n\nOwls lie.\n", "# Owls\n\n    Owls hoot.\n"] {
        edited(&blog, |blog| blog.write(OWLS, text));
    }
    edited(&blog, |blog| blog.mv("posts/cats.md", OWLS));
    blog.git(&["reset", "--quiet", "--hard", "refs/signed"]);
    blog.mv(OWLS, "posts/night.md")
        .commit(JUNE, "Ann", "Rename");
    assert_eq!(blog.listed("posts/night.md")["verified"], Value::Null);
}

/// Asserts that an edit of the signed text is not signed, before it is committed and after.
#[track_caller]
fn edited(blog: &Blog, edit: impl FnOnce(&Blog) -> &Blog) {
    blog.git(&["reset", "--quiet", "--hard", "refs/signed"]);
    assert_eq!(verified(blog), "Ann");
    edit(blog);
    assert_eq!(verified(blog), Value::Null);
    blog.commit(JUNE, "Ann", "Change");
    assert_eq!(verified(blog), Value::Null);
}

#[test]
fn an_older_signed_text_brought_back_without_a_signature_is_not_signed() {
    let blog = blog();
    blog.signed(&ann())
        .write(OWLS, "# Owls\n\nOwls hoot no more.\n")
        .commit(JUNE, "Ann", "Correct")
        .signed(&ann());
    assert_eq!(verified(&blog), "Ann");
    blog.write(OWLS, "# Owls\n\nOwls hoot.\n")
        .commit(JUNE, "Bob", "Roll back");
    assert_eq!(verified(&blog), Value::Null);
}

#[test]
fn a_merge_that_drops_the_signed_text_does_not_keep_its_mark() {
    let blog = blog();
    blog.signed(&ann()).branch("side");
    blog.write(OWLS, "# Owls\n\nOwls hoot twice.\n")
        .commit(JUNE, "Ann", "Say more")
        .signed(&ann());
    blog.checkout("main")
        .write(OWLS, "# Owls\n\nOwls are fish.\n")
        .commit(MAY, "Bob", "Lie");
    blog.git(&["config", "user.name", "Bob"]);
    blog.git(&["config", "user.email", "bob@mail.invalid"]);
    blog.git(&["merge", "--quiet", "--strategy=ours", "--no-edit", "side"]);
    assert_eq!(verified(&blog), Value::Null);
}

#[test]
fn a_broken_text_leaves_the_signature_of_the_version_that_stays_up() {
    let blog = blog();
    blog.signed(&ann())
        .write(OWLS, "---\ndate: never\n---\nOwls hoot.\n")
        .commit(JUNE, "Bob", "Break");
    assert_eq!(verified(&blog), "Ann");
    blog.serve().get("/owls/").shows("Signed by Ann");
}

#[test]
fn a_blog_in_a_folder_is_signed_by_the_keys_at_the_top_or_else_its_own() {
    let blog = Blog::new();
    blog.write("blog/.allowed_signers", ann().allows("Ann"))
        .write("blog/posts/owls.md", "# Owls\n\nOwls hoot.\n")
        .commit(MAY, "Ann", "Add owls")
        .signed(&ann());
    let named = || {
        let listed = blog.byline(&["list", "--json", "blog"]).json();
        listed[0]["verified"].clone()
    };
    assert_eq!(named(), "Ann");
    blog.write(".allowed_signers", bob().allows("Bob"))
        .commit(JUNE, "Bob", "Trust only Bob");
    assert_eq!(named(), Value::Null);
}

#[test]
fn a_key_signs_for_nobody_but_its_own() {
    for key in [bob(), SigningKey::number(3)] {
        let blog = blog();
        blog.write(
            ".allowed_signers",
            ann().allows("Ann") + &bob().allows("Bob"),
        )
        .write(OWLS, "# Owls\n\nOwls hoot at night.\n")
        .commit(JUNE, "Ann", "Mend")
        .signed(&key);
        assert_eq!(verified(&blog), Value::Null);
        let page = blog.serve().get("/owls/");
        page.shows("a key that this blog cannot vouch for")
            .hides("Signed by");
        assert!(!warnings(&blog).contains("bad-signature"));
    }
}

#[test]
fn a_commit_changed_after_it_was_signed_is_a_warning_for_authors_and_readers() {
    let blog = blog();
    blog.signed(&ann())
        .rewritten(|commit| commit.replace("Add owls", "Add nothing"));
    assert_eq!(verified(&blog), Value::Null);
    let warnings = warnings(&blog);
    assert!(warnings.contains("bad-signature") && warnings.contains(OWLS));
    blog.serve()
        .get("/owls/")
        .shows("Bad signature.")
        .hides("Signed by");
}

#[test]
fn a_signature_made_for_a_file_is_none_of_a_commit() {
    let blog = blog();
    blog.signed_for(&ann(), "file");
    assert_eq!(verified(&blog), Value::Null);
    assert!(warnings(&blog).contains("made for another purpose"));
}

#[test]
fn a_key_counts_while_the_published_branch_lists_it() {
    let blog = blog();
    blog.signed(&ann());
    let remote = blog.bare();
    let server = remote.serve_with(&["--poll", "1"]);
    server.get("/owls/").shows("Signed by Ann");
    blog.rm(".allowed_signers")
        .commit(JUNE, "Bob", "Trust nobody");
    remote.push();
    server.eventually("/owls/", "a key that this blog cannot vouch for");
    blog.write(".allowed_signers", ann().allows("Ann"))
        .commit(JUNE, "Bob", "Trust Ann");
    remote.push();
    server.eventually("/owls/", "Signed by Ann");
}

#[test]
fn a_signers_file_that_is_not_committed_counts_for_nothing() {
    let blog = blog();
    blog.signed(&ann());
    blog.write(".allowed_signers", "");
    assert_eq!(verified(&blog), "Ann");
    blog.commit(JUNE, "Bob", "Trust nobody")
        .write(".allowed_signers", ann().allows("Ann"));
    assert_eq!(verified(&blog), Value::Null);
}

#[test]
fn signers_may_be_listed_in_another_file_and_openpgp_keys_in_a_folder() {
    let blog = blog();
    blog.signed(&ann())
        .mv(".allowed_signers", ".config/signers")
        .write(".keys/ann.asc", "no key")
        .write(
            "byline.toml",
            "provenance.allowed_signers = '.config/signers'\n",
        )
        .commit(JUNE, "Bob", "Move");
    assert_eq!(verified(&blog), "Ann");
    let warnings = warnings(&blog);
    assert!(warnings.contains("openpgp-key") && warnings.contains(".keys/ann.asc"));
}

#[test]
fn what_a_forge_commits_is_not_its_authors_signature() {
    let blog = blog();
    let forge = SigningKey::number(9);
    blog.write(".allowed_signers", forge.allows("Forgejo"))
        .write(OWLS, "# Owls\n\nOwls hoot at night.\n")
        .commit_by(("Ann", JUNE), ("Forgejo", JUNE), "Merge")
        .signed(&forge);
    assert_eq!(verified(&blog), Value::Null);
    blog.serve()
        .get("/owls/")
        .shows("Signed by Forgejo, and not by its author");
    let blog = self::blog();
    blog.write(OWLS, "# Owls\n\nOwls hoot at night.\n")
        .commit_by(("Ann", JUNE), ("Forgejo", JUNE), "Merge")
        .signed(&forge);
    assert_eq!(verified(&blog), Value::Null);
    blog.serve().get("/owls/").hides("Signed by");
}

#[test]
fn no_address_of_a_signer_is_told_to_anybody() {
    let blog = blog();
    blog.signed(&ann())
        .write(
            ".allowed_signers",
            ann().allows("Ann") + "eve@mail.invalid nonsense\n",
        )
        .commit(JUNE, "Bob", "Mistype");
    let remote = blog.bare();
    let server = remote.serve();
    let build = server.rebuilt();
    assert!(build["warnings"].to_string().contains("allowed-signers"));
    let status = format!("/-/builds/{}", build["id"].as_str().unwrap());
    for (path, answer) in crawl(&server, &[&status, "/.allowed_signers", "/owls/"]) {
        assert!(!answer.text().contains("mail.invalid"), "{path}");
    }
    assert!(!warnings(&blog).contains("mail.invalid"));
}
