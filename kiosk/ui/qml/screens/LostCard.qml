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
        beside: !Theme.portrait && !screen.flat
        keysWidth: screen.keypad ? Theme.span(large ? 5 : 6) : Math.max(Theme.span(7), letters.narrowest)
        words: [
            StepBar {
                width: parent.width
                step: screen.shown.step
            },
            Words {
                width: parent.width
                role: "h1"
                // A fault in large letters needs the room.
                font.pixelSize: screen.shown.fault && Theme.textSize > 1 ? Theme.label : Theme.h1
                text: screen.shown.title
            },
            // What went wrong stands before all else.
            Notice {
                width: parent.width
                kind: "warning"
                text: screen.shown.fault
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                text: screen.shown.codeLine
            },
            Words {
                width: parent.width
                visible: !screen.shown.fault && !(screen.flat && !Theme.portrait && Theme.textSize > 0)
                color: Theme.muted
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "phone"
                text: screen.shown.help
            },
            Contact {
                width: parent.width
                brief: true
                lines: screen.shown.contact
            }
        ]
        typed: [
            Field {
                width: parent.width
                bare: Theme.lowReach
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
