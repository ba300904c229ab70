//! No unwinding: a panic says where it happened and aborts (`panic = "abort"`), and a binary without symbols has no
//! names for a backtrace. The standard library would link an unwinder and a reader of debug information all the same, a
//! seventh of the compressed image. These functions replace the unwinder (Itanium C++ ABI, "Exception Handling"), so that
//! none of it is linked.

use std::{ffi::c_void, process::abort};

/// `_URC_END_OF_STACK`: a backtrace has no frames.
const END_OF_STACK: i32 = 5;

/// Walks no frames.
///
/// The standard library's panic hook calls it if `RUST_BACKTRACE` is set.
// SAFETY (of the name): nothing else of that name is linked, and the signature is the ABI's.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Backtrace(_trace: *const c_void, _argument: *mut c_void) -> i32 {
    END_OF_STACK
}

/// Functions that are only called with a frame or an exception in flight; there is never one.
macro_rules! never {
    ($($name:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(
            // SAFETY (of the name): as above.
            #[unsafe(no_mangle)]
            extern "C" fn $name($(_: $argument),*) -> $result {
                abort()
            }
        )*
    };
}

never! {
    _Unwind_Resume(*mut c_void) -> !;
    _Unwind_RaiseException(*mut c_void) -> i32;
    _Unwind_DeleteException(*mut c_void) -> ();
    _Unwind_FindEnclosingFunction(*mut c_void) -> *mut c_void;
    _Unwind_GetCFA(*mut c_void) -> usize;
    _Unwind_GetIP(*mut c_void) -> usize;
    _Unwind_GetIPInfo(*mut c_void, *mut i32) -> usize;
    _Unwind_GetLanguageSpecificData(*mut c_void) -> *const c_void;
    _Unwind_GetRegionStart(*mut c_void) -> usize;
    _Unwind_GetTextRelBase(*mut c_void) -> usize;
    _Unwind_GetDataRelBase(*mut c_void) -> usize;
    _Unwind_SetGR(*mut c_void, i32, usize) -> ();
    _Unwind_SetIP(*mut c_void, usize) -> ();
}
