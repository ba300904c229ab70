//! Decoding with a limit on nesting.
//!
//! A [`Value`](syscalls::value::Value) may hold values, and postcard recurses as deep as its input says, at two bytes per
//! level. So a hostile frame could overflow its reader's stack. This deserializer hands every scalar to postcard, but
//! walks sequences, structures and enums itself and counts how deep it is. (The layout is postcard's wire format: a
//! varint length, then the elements; a varint discriminant, then the content.)

use postcard::de_flavors::Slice;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IntoDeserializer, Visitor, value::U32Deserializer},
};

/// How deep containers (sequence, structure, enum content, option) may be nested.
///
/// A structure in a structure takes four levels, and the way from a message to its first value five. Values of the
/// syscall table are less than ten structures deep.
pub const LIMIT: u32 = 96;

/// Memory is reserved for at most this many elements before they are seen.
const AHEAD: usize = 1024;

type Postcard<'de> = postcard::Deserializer<'de, Slice<'de>>;

/// Takes one `T` off the front of `bytes`, and returns it with the rest.
pub fn take<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> postcard::Result<(T, &'de [u8])> {
    let mut postcard = Postcard::from_bytes(bytes);
    let value = T::deserialize(Bounded { postcard: &mut postcard, left: LIMIT })?;
    Ok((value, postcard.finalize()?))
}

/// Postcard's deserializer with a count of the remaining levels.
struct Bounded<'a, 'de> {
    postcard: &'a mut Postcard<'de>,
    left: u32,
}

impl<'de> Bounded<'_, 'de> {
    /// One level deeper.
    fn inner(&mut self) -> postcard::Result<Bounded<'_, 'de>> {
        let left = self.left.checked_sub(1).ok_or_else(|| de::Error::custom("nested too deep"))?;
        Ok(Bounded { postcard: self.postcard, left })
    }

    fn length(&mut self) -> postcard::Result<usize> {
        usize::deserialize(&mut *self.postcard)
    }
}

/// Scalars, strings and units cannot recurse.
macro_rules! flat {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> postcard::Result<V::Value> {
            self.postcard.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Bounded<'_, 'de> {
    type Error = postcard::Error;

    flat! {
        deserialize_any deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_identifier deserialize_ignored_any
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> postcard::Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> postcard::Result<V::Value> {
        match u8::deserialize(&mut *self.postcard)? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self.inner()?),
            _ => Err(postcard::Error::DeserializeBadOption),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        _name: &'static str,
        visitor: V,
    ) -> postcard::Result<V::Value> {
        visitor.visit_newtype_struct(self.inner()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> postcard::Result<V::Value> {
        let left = self.length()?;
        visitor.visit_seq(Elements { of: self.inner()?, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(mut self, len: usize, visitor: V) -> postcard::Result<V::Value> {
        visitor.visit_seq(Elements { of: self.inner()?, left: len })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> postcard::Result<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> postcard::Result<V::Value> {
        let left = self.length()?;
        visitor.visit_map(Elements { of: self.inner()?, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> postcard::Result<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> postcard::Result<V::Value> {
        visitor.visit_enum(self.inner()?)
    }
}

impl<'de> de::EnumAccess<'de> for Bounded<'_, 'de> {
    type Error = postcard::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> postcard::Result<(V::Value, Self)> {
        let discriminant: U32Deserializer<Self::Error> =
            u32::deserialize(&mut *self.postcard)?.into_deserializer();
        Ok((seed.deserialize(discriminant)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Bounded<'_, 'de> {
    type Error = postcard::Error;

    fn unit_variant(self) -> postcard::Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> postcard::Result<V::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> postcard::Result<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> postcard::Result<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }
}

/// The elements of a sequence, the fields of a structure or the pairs of a map.
struct Elements<'a, 'de> {
    of: Bounded<'a, 'de>,
    left: usize,
}

impl<'de> Elements<'_, 'de> {
    fn element(&mut self) -> Bounded<'_, 'de> {
        Bounded { postcard: self.of.postcard, left: self.of.left }
    }
}

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = postcard::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> postcard::Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.element()).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(AHEAD))
    }
}

impl<'de> de::MapAccess<'de> for Elements<'_, 'de> {
    type Error = postcard::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> postcard::Result<Option<K::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.element()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> postcard::Result<V::Value> {
        seed.deserialize(self.element())
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(AHEAD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use syscalls::value::{Name, Value};

    /// Nested arrays: variant 12, one item, ..., then `cut` for each level on the way out.
    fn nested(depth: usize) -> Vec<u8> {
        let array = postcard::to_allocvec(&Value::Array { items: vec![], cut: false }).expect("plain data");
        let mut bytes: Vec<u8> = (0..depth).flat_map(|_| [array[0], 1]).collect();
        bytes.extend(postcard::to_allocvec(&Value::Int(1)).expect("plain data"));
        bytes.extend(vec![0; depth]);
        bytes
    }

    #[test]
    fn hostile_nesting_is_refused_on_a_small_stack() {
        // A client's main thread has a stack of 8 MiB, and a worker of its runtime 2 MiB; a quarter of a MiB suffices.
        let work = || {
            for depth in [40, 1_000, 300_000] {
                assert!(take::<Value>(&nested(depth)).is_err(), "{depth} levels");
            }
            let bytes = nested(30);
            let (_, rest) = take::<Value>(&bytes).expect("thirty levels are fine");
            assert!(rest.is_empty());
        };
        std::thread::Builder::new()
            .stack_size(256 << 10)
            .spawn(work)
            .expect("a thread")
            .join()
            .expect("no overflow");
    }

    #[test]
    fn structures_as_deep_as_the_kernels_pass() {
        let mut value = Value::Int(7);
        for level in 0..20 {
            value = Value::Struct {
                fields: vec![(Some(Name(level)), value), (None, Value::Addr(0))],
                cut: false,
            };
        }
        let bytes = postcard::to_allocvec(&value).expect("plain data");
        assert_eq!(take::<Value>(&bytes), Ok((value, &[][..])));
    }

    #[test]
    fn reads_what_postcard_writes() {
        #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
        enum Shape {
            Unit,
            Tuple(i8, Option<Box<Shape>>),
            Fields { a: u64, b: String, c: (char, f64), d: BTreeMap<u16, Vec<bool>> },
            New(Wrapped),
        }
        #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
        struct Wrapped([i128; 2], ());
        let shapes = vec![
            Shape::Unit,
            Shape::Tuple(-3, Some(Box::new(Shape::Tuple(5, None)))),
            Shape::Fields {
                a: u64::MAX,
                b: "grüß".into(),
                c: ('é', 1.5),
                d: BTreeMap::from([(1, vec![true, false]), (700, vec![])]),
            },
            Shape::New(Wrapped([i128::MIN, 9], ())),
        ];
        let mut bytes = postcard::to_allocvec(&shapes).expect("plain data");
        bytes.push(0xee);
        assert_eq!(take::<Vec<Shape>>(&bytes), Ok((shapes, &[0xee][..])));
    }

    #[test]
    fn a_claimed_length_reserves_next_to_nothing() {
        // A sequence that claims 2^40 elements and has none.
        let bytes = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        assert!(take::<Vec<Value>>(&bytes).is_err());
        assert!(take::<BTreeMap<u8, Value>>(&bytes).is_err());
        assert!(take::<String>(&bytes).is_err());
    }
}
