// A card is reported lost: its number on the keypad, its block code on letters and digits. What was typed is the stage's.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property bool keypad: shown.keypad
    // Letters side by side take the whole width of a low window's lower half.
    readonly property bool flat: !keypad && Theme.lowReach

    WordsAndKeys {
        id: place
        shown: screen.shown
        wordy: screen.shown.fault !== ""
        beside: !Theme.portrait && !screen.flat
        keysWidth: screen.keypad ? Theme.span(6) : Math.max(Theme.span(7), letters.narrowest)
        words: [
            StepBar {
                width: parent.width
                smaller: place.smaller
                step: screen.shown.step
            },
            Words {
                width: parent.width
                role: "h1"
                smaller: place.smaller
                text: screen.shown.title
            },
            // What went wrong stands before all else.
            Notice {
                width: parent.width
                kind: "warning"
                smaller: place.smaller
                text: screen.shown.fault
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                smaller: place.smaller
                text: screen.shown.codeLine
            },
            Words {
                width: parent.width
                visible: !screen.shown.fault && !place.brief
                color: Theme.muted
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "phone"
                smaller: place.smaller
                // With the telephone alone: the keys take the room of the rest.
                text: [screen.shown.help, ...(screen.shown.contact || []).slice(0, 1).map(line => line.text)]
                      .filter(said => said).join(" ")
            }
        ]
        typed: [
            Field {
                width: parent.width
                // The title says it too, where there is no room to say it twice.
                bare: Theme.lowReach || place.brief
                label: screen.shown.label
                hint: screen.shown.hint
                text: screen.stage.typed
            }
        ]
        keys: [
            Keypad {
                width: parent.width
                visible: screen.keypad
                room: place.room
                onDigit: value => screen.stage.pinDigit(value)
                onErase: screen.stage.pinErase()
                onClear: screen.stage.pinClear()
            },
            CodeKeys {
                id: letters
                width: parent.width
                visible: !screen.keypad
                room: place.room
                onTyped: text => screen.stage.letter(text)
                onErase: screen.stage.pinErase()
            }
        ]
    }
}
