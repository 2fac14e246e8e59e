//! Remotes over ssh, with a stand-in for the system's `ssh` that runs git on this machine. The real
//! one is asked by `.ci/remotes`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Blog, Ran};

/// Notes what it was told, and does as the other side would.
const OBEYS: &str = r#"#!/bin/sh
printf '%s\n' "$@" >"$HOME/told"
for wanted; do :; done
exec sh -c "git ${wanted#git-}"
"#;

/// A blog with a remote of a difficult name.
fn with_remote() -> (Blog, String) {
    let blog = Blog::of_two_posts();
    let path = blog.home().join("it's a remote.git");
    let path = path.to_str().unwrap();
    blog.git(&["clone", "--quiet", "--bare", ".", path]);
    (blog, path.to_owned())
}

/// One look at a remote, with a program in the place of `ssh`.
fn list(blog: &Blog, ssh: Option<&str>, arguments: &[&str]) -> Ran {
    let folder = blog.home().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let mut path = folder.to_str().unwrap().to_owned();
    if let Some(script) = ssh {
        let program = folder.join("ssh");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        path = format!("{path}:{}", std::env::var("PATH").unwrap());
    }
    let arguments = [&["list", "--json"], arguments].concat();
    let private = ["BYLINE_REMOTE_TOKEN", "NOTIFY_SOCKET", "LISTEN_FDS"].map(|name| (name, "hush"));
    let variables = [&[("PATH", path.as_str())][..], &private].concat();
    Ran::under(blog.home(), blog.home(), &arguments, &variables)
}

fn told(blog: &Blog) -> String {
    fs::read_to_string(blog.home().join("told")).unwrap()
}

#[test]
fn an_ssh_remote_is_mirrored_and_followed() {
    let (blog, path) = with_remote();
    let url = format!("ssh://git@blog.example:2222{path}");
    let arguments = [url.as_str(), "--data-dir", "data"];
    let first = list(&blog, Some(OBEYS), &arguments).succeeds();
    assert_eq!(first.json().as_array().unwrap().len(), 2);
    let told = told(&blog);
    let tail = "-p\n2222\ngit@blog.example\ngit-upload-pack '";
    assert!(
        told.contains(tail) && told.contains("StrictHostKeyChecking=yes"),
        "{told}"
    );
    blog.write("posts/owls.md", "Owls hoot.\n").commit(
        "2024-03-04T12:00:00+00:00",
        "Cid",
        "Add owls",
    );
    blog.git(&["push", "--quiet", &path, "HEAD"]);
    list(&blog, Some(OBEYS), &arguments)
        .succeeds()
        .says("posts/owls.md");
    // Once more, with nothing new.
    list(&blog, Some(OBEYS), &arguments).succeeds();
}

#[test]
fn the_short_form_is_an_ssh_remote_too() {
    let (blog, path) = with_remote();
    list(&blog, Some(OBEYS), &[&format!("blog.example:{path}")]).succeeds();
    assert!(told(&blog).contains("\nblog.example\n"), "{}", told(&blog));
}

#[test]
fn the_key_and_the_known_hosts_can_be_named() {
    let (blog, path) = with_remote();
    for file in ["key", "hosts"] {
        fs::write(blog.home().join(file), "").unwrap();
    }
    let url = format!("ssh://blog.example{path}");
    let flags = ["--ssh-key-file", "key", "--ssh-known-hosts-file", "hosts"];
    list(&blog, Some(OBEYS), &[&[url.as_str()], &flags[..]].concat()).succeeds();
    let home = blog.home().canonicalize().unwrap();
    let told = told(&blog);
    for (option, file) in [("IdentityFile", "key"), ("UserKnownHostsFile", "hosts")] {
        let option = format!("{option}=\"{}\"", home.join(file).display());
        assert!(told.contains(&option), "{told}");
    }
    list(&blog, Some(OBEYS), &[&url, "--ssh-key-file", "nothing"])
        .exits(2)
        .says("cannot read `nothing`");
}

#[test]
fn each_way_it_fails_has_its_own_words() {
    let (blog, path) = with_remote();
    let url = format!("ssh://git@blog.example{path}");
    let fails =
        |said: &str, code: i32| format!("#!/bin/sh\nprintf '%s\\n' {said:?} >&2\nexit {code}\n");
    for (said, code, words) in [
        (
            "Host key verification failed.",
            255,
            "the host key of `blog.example` is not known",
        ),
        (
            "@ REMOTE HOST IDENTIFICATION HAS CHANGED! @",
            255,
            "is not the one that is known",
        ),
        (
            "git@blog.example: Permission denied (publickey).",
            255,
            "takes none of the keys",
        ),
        ("what now", 3, "ended without an answer (`what now`)"),
    ] {
        list(&blog, Some(&fails(said, code)), &[&url])
            .exits(1)
            .says(words);
    }
    list(&blog, Some(OBEYS), &["ssh://blog.example/no/such"])
        .exits(1)
        .says("there is no such repository");
    fs::remove_file(blog.home().join("bin/ssh")).unwrap();
    list(&blog, None, &[&url])
        .exits(1)
        .says("there is no program `ssh`");
}

#[test]
fn what_would_be_an_option_is_no_address() {
    let blog = Blog::new();
    for address in [
        "ssh://-oProxyCommand=touch%20x/y",
        "ssh://host/a%0Ab",
        "host:-x",
    ] {
        list(&blog, Some(OBEYS), &[address])
            .exits(2)
            .says("is no address to fetch from");
    }
    assert!(!blog.home().join("told").exists());
}

#[test]
fn neither_the_token_nor_systemd_is_any_business_of_ssh() {
    let (blog, path) = with_remote();
    let script = OBEYS.replace("\"$@\"", "\"$@\" \"$(env)\"");
    list(&blog, Some(&script), &[&format!("blog.example:{path}")]).succeeds();
    let told = told(&blog);
    assert!(told.contains("HOME=") && !told.contains("hush"), "{told}");
}
