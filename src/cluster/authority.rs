//! The certificates by which a server's identity is checked.

use rustls_pki_types::{CertificateDer, pem::PemObject};

/// The certificates in `pem`. `of` names the source in an error.
///
/// # Errors
/// There are none in it.
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
