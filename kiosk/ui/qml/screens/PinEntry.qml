// The PIN: what is asked and how many tries are left at the left, the keypad at the right. Only the count of digits is
// known here.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property bool warned: shown.wrong !== "" || shown.last

    WordsAndKeys {
        id: place
        shown: screen.shown
        words: [
            StepBar {
                width: parent.width
                step: screen.shown.step
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                font.weight: Font.DemiBold
                leading: Theme.leadingTight
                text: screen.shown.eyebrow
            },
            Words {
                width: parent.width
                role: "h1"
                text: screen.shown.title
            },
            // A warning stands before all else, and then what only accompanies gives way.
            Notice {
                width: parent.width
                kind: "warning"
                icon: "x"
                text: screen.shown.wrong
            },
            Notice {
                width: parent.width
                kind: "warning"
                text: screen.shown.last ? screen.shown.tries : ""
            },
            Words {
                width: parent.width
                visible: !screen.warned
                color: Theme.muted
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "key"
                text: screen.shown.last ? "" : screen.shown.tries
            },
            Notice {
                width: parent.width
                icon: "hand-stop"
                text: screen.warned ? "" : qsTr("Cover the keys with your hand. We will never ask for your PIN by telephone.")
            }
        ]
        typed: [
            PinDots {
                width: parent.width
                count: screen.stage.pinCount
                shortest: screen.shown.shortest
                longest: screen.shown.longest
            }
        ]
        keys: [
            Keypad {
                width: parent.width
                room: place.room
                onDigit: value => screen.stage.pinDigit(value)
                onErase: screen.stage.pinErase()
                onClear: screen.stage.pinClear()
            }
        ]
    }
}
