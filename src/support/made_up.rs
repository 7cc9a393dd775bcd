//! Values of people replaced by made-up ones of the same shape: as long, in the same script, with the same signs between.

/// A text of the same shape. Signs, spaces and letters that cause trouble stay; so does how long it is.
pub(super) fn made_up(text: &str) -> String {
    let mut count = 0_u32;
    text.chars()
        .map(|c| {
            count += 1;
            let pick = |from: &[char]| from[count as usize % from.len()];
            match c {
                '0'..='9' => pick(&['4', '2', '7', '5', '3', '8', '6']),
                'a'..='z' => pick(&['e', 'n', 'a', 'r', 'i', 's', 't', 'o']),
                'A'..='Z' => pick(&['M', 'K', 'R', 'L', 'S', 'T']),
                'α'..='ω' => pick(&['α', 'ν', 'ε', 'ρ']),
                'а'..='я' => pick(&['а', 'н', 'е', 'р']),
                'А'..='Я' => pick(&['М', 'К', 'Р']),
                '\u{5d0}'..='\u{5ea}' => pick(&['א', 'ב', 'ג']),
                '\u{620}'..='\u{64a}' => pick(&['ا', 'ن', 'ر']),
                '\u{3041}'..='\u{3096}' => pick(&['あ', 'い', 'う']),
                '\u{30a1}'..='\u{30fa}' => pick(&['ア', 'イ', 'ウ']),
                '\u{4e00}'..='\u{9fff}' => pick(&['例', '文', '字']),
                '\u{ac00}'..='\u{d7a3}' => pick(&['가', '나', '다']),
                other => other,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::made_up;
    use proptest::prelude::*;

    #[test]
    fn the_shape_stays_and_the_person_goes() {
        assert_eq!(made_up("Müller & Söhne, 12.5%"), "Kürist & Söist, 53.6%");
    }

    proptest! {
        #[test]
        fn it_stays_as_long_and_keeps_its_signs(text in "\\PC{0,40}") {
            let made = made_up(&text);
            prop_assert_eq!(made.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(made.chars()) {
                prop_assert!(before.is_alphanumeric() || before == after, "{before} became {after}");
                prop_assert_eq!(before.len_utf8(), after.len_utf8());
            }
        }
    }
}
