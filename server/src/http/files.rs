//! The site's files: style, scripts, WASM, fonts. They hold nothing of the laboratory and need no session.

use super::facts::Facts;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::{Path, PathBuf};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

/// A mark of the browser's program in this site: the same in every process that serves the same program.
#[must_use]
pub fn program(root: &Path) -> String {
    let mut parts: Vec<PathBuf> = root.join("pkg").read_dir().map_or_else(
        |_| Vec::new(),
        |entries| {
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|end| end == "wasm"))
                .collect()
        },
    );
    parts.sort();
    let digests: Vec<u8> = parts
        .iter()
        .filter_map(|part| std::fs::read(part).ok())
        .flat_map(|part| crate::auth::secret_hash(&part))
        .collect();
    format!("{:016x}", u64::from_be_bytes(first_eight(&crate::auth::secret_hash(&digests))))
}

/// The folder of the site's files.
#[derive(Clone, Debug)]
pub struct Site {
    folder: ServeDir,
}

impl Site {
    /// The files below this folder, compressed ahead where a `.br` or `.gz` stands beside them.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let folder =
            ServeDir::new(root).precompressed_br().precompressed_gzip().append_index_html_on_directories(false);
        Self { folder }
    }

    /// Everything that no route answers: a file, or nothing. Below `/api` there are no files.
    pub async fn serve(self, request: Request) -> Response {
        let is_api = request.extensions().get::<Facts>().is_some_and(|facts| facts.is_api);
        let readable = matches!(*request.method(), Method::GET | Method::HEAD);
        if is_api {
            return super::api::unknown(request.uri().clone()).await;
        }
        if !readable {
            return StatusCode::NOT_FOUND.into_response();
        }
        let hashed = is_hashed(request.uri().path());
        let known = request.headers().get(header::IF_NONE_MATCH).cloned();
        let Ok(response) = self.folder.oneshot(request).await;
        let response = response.map(Body::new);
        if !response.status().is_success() {
            return if response.status() == StatusCode::NOT_MODIFIED {
                response
            } else {
                StatusCode::NOT_FOUND.into_response()
            };
        }
        tag(response, known.as_ref(), hashed)
    }
}

/// Adds how long a file may be kept and what names its content, and answers 304 to those who have it.
fn tag(mut response: Response, known: Option<&HeaderValue>, hashed: bool) -> Response {
    let keep = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let digest = crate::auth::secret_hash(
        [text(header::LAST_MODIFIED), text(header::CONTENT_LENGTH), text(header::CONTENT_ENCODING)]
            .join("|")
            .as_bytes(),
    );
    let Ok(tag) = HeaderValue::from_str(&format!("W/\"{:016x}\"", u64::from_be_bytes(first_eight(&digest)))) else {
        return response;
    };
    let same = known.is_some_and(|known| known == tag);
    headers.insert(header::ETAG, tag);
    if same {
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::CONTENT_TYPE);
        let (mut parts, _) = response.into_parts();
        parts.status = StatusCode::NOT_MODIFIED;
        return Response::from_parts(parts, Body::empty());
    }
    response
}

fn first_eight(digest: &[u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

/// True for `name.HASH.ext`: the name changes with the content.
fn is_hashed(path: &str) -> bool {
    let mut parts = path.rsplit('/').next().unwrap_or_default().rsplit('.');
    let (Some(_), Some(hash), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return false };
    hash.len() >= 16 && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Where the site's files are: as told, else beside the program, else where the build puts them.
#[must_use]
pub fn site_root(told: Option<&Path>) -> PathBuf {
    if let Some(told) = told {
        return told.to_path_buf();
    }
    let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(|folder| folder.join("site")));
    let candidates = [beside, Some(PathBuf::from("/usr/share/benchwatch/site"))];
    candidates.into_iter().flatten().find(|folder| folder.is_dir()).unwrap_or_else(|| PathBuf::from("target/site"))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_names_with_a_hash_may_be_kept_for_ever() {
        assert!(is_hashed("/pkg/benchwatch.Ab3dEf6hIj9lMn2pQr5t.wasm"));
        assert!(!is_hashed("/pkg/benchwatch.wasm"));
        assert!(!is_hashed("/fonts/bench-sans-latin-wght.woff2"));
        assert!(!is_hashed("/a/b.c/d"));
    }
}
