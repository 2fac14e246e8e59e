//! Gitea and Forgejo: `POST /api/v1/repos/OWNER/REPO/statuses/SHA`, in GitHub's words.

use super::{Api, github};

pub(super) const API: Api = Api {
    url: |page, commit| {
        let (prefix, owner, repository) = page.split()?;
        page.at(&format!(
            "{prefix}/api/v1/repos/{owner}/{repository}/statuses/{commit}"
        ))
    },
    headers: |token| vec![("authorization", format!("token {token}"))],
    body: github::body,
    is_known: |_, _| false,
};
