//! Whose word is taken for who a server is.

use rustls_pki_types::{CertificateDer, pem::PemObject};

/// The certificates of a text that `of` names.
///
/// # Errors
/// It has none.
pub fn certificates(pem: &[u8], of: &str) -> Result<Vec<Vec<u8>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(found) if !found.is_empty() => Ok(found.iter().map(|found| found.to_vec()).collect()),
        found => {
            let why = found.err().map_or("there is none in it".to_owned(), |error| error.to_string());
            Err(format!("{of} has no certificates: {why}"))
        }
    }
}
