//! What follows from all options together.

use super::{check, reader::Reader, wanted::Wanted};
use render::{
    clock::{Precision, Wall},
    text::Prefix,
};
use syscalls::{
    filter::{detail, quiet},
    notation::HexStrings,
};

impl Reader {
    pub(super) fn finish(self) -> Result<Wanted, String> {
        let Reader { mut wanted, mut said, times, quiets, paths, hex, always_pid, .. } = self;
        said.unfollowed = wanted.follow == 0;
        wanted.follow = wanted.follow.max(u8::from(said.deprecated_follow));
        match paths {
            0 => {}
            1 => wanted.qualifiers.decode_fds |= detail::PATH,
            _ => wanted.qualifiers.decode_fds = detail::ALL,
        }
        wanted.quiet_twice = quiets > 0 && said.quiet_set;
        wanted.qualifiers.quiet |= quiet::letters(quiets);
        match hex {
            0 => {}
            1 => wanted.text.notation.hex = HexStrings::NonAscii,
            _ => wanted.text.notation.hex = HexStrings::All,
        }
        match times {
            0 => {}
            1 => wanted.text.wall = Some(Wall::Time(Precision::Seconds)),
            2 => wanted.text.wall = Some(Wall::Time(Precision::Micros)),
            _ => wanted.text.wall = Some(Wall::Epoch(Precision::Micros)),
        }
        if wanted.follow > 1 {
            wanted.text.split = true;
        }
        said.separately = wanted.text.split;
        wanted.notes.extend(check::check(&wanted, &said)?);
        wanted.filtered = said.seccomp && check::without_filter(&wanted, &said).is_none();
        // As in strace: without a file, there is nothing to split.
        wanted.text.split &= wanted.output.is_some();
        // With its output elsewhere and a command of its own, strace does not report attaching.
        if wanted.output.is_some() && !wanted.command.is_empty() {
            wanted.qualifiers.quiet |= quiet::ATTACH | quiet::PERSONALITY;
        }
        if wanted.interruptible == 0 {
            wanted.interruptible = match wanted.distance {
                Some(_) => 4,
                None if wanted.output.is_some() && !wanted.command.is_empty() => 3,
                None => 2,
            };
        }
        // JSON names every argument.
        wanted.depth.names |= wanted.json;
        wanted.depth = wanted.depth.with(&wanted.qualifiers);
        wanted.text.quiet = wanted.qualifiers.quiet;
        let several = wanted.attach.len() + usize::from(!wanted.command.is_empty()) > 1;
        wanted.text.prefix = match (wanted.output.is_some(), wanted.text.split) {
            (_, true) => Prefix::None,
            (true, false) if wanted.follow > 0 || several => Prefix::Always,
            _ if always_pid => Prefix::Always,
            (true, false) => Prefix::None,
            (false, false) => Prefix::Several,
        };
        Ok(wanted)
    }
}
