// The PIN: what is asked and the advice above or at the left, then the tries over the places, then the keypad. Only the
// count of digits is known here.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property bool warned: shown.wrong !== "" || shown.last

    WordsAndKeys {
        id: place
        shown: screen.shown
        wordy: screen.warned || screen.shown.own
        words: [
            StepBar {
                width: parent.width
                smaller: place.smaller
                step: screen.shown.step
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                smaller: place.smaller
                font.weight: Font.DemiBold
                leading: Theme.leadingTight
                text: screen.shown.eyebrow
            },
            Words {
                width: parent.width
                role: "h1"
                smaller: place.smaller
                text: screen.shown.title
            },
            // A warning stands before all else, and then what only accompanies gives way.
            Notice {
                width: parent.width
                kind: "warning"
                icon: "x"
                smaller: place.smaller
                text: screen.shown.wrong
            },
            Notice {
                width: parent.width
                kind: "warning"
                smaller: place.smaller
                text: screen.shown.last ? screen.shown.tries : ""
            },
            Words {
                width: parent.width
                visible: !screen.warned && (!place.brief || screen.shown.own)
                color: Theme.muted
                smaller: place.smaller
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                icon: "key"
                smaller: place.smaller
                text: screen.shown.own ? screen.shown.tries : ""
            },
            Notice {
                width: parent.width
                icon: "hand-stop"
                smaller: place.smaller
                text: place.brief || screen.warned ? qsTr("Cover the keys with your hand.")
                      : qsTr("Cover the keys with your hand. We will never ask for your PIN by telephone.")
            }
        ]
        typed: [
            Row {
                id: tries
                visible: !screen.shown.own && !screen.shown.last
                width: parent.width
                height: visible ? left.implicitHeight + Theme.space(0) : 0
                spacing: Theme.px(18)

                Icon {
                    id: key
                    anchors.verticalCenter: left.verticalCenter
                    name: "key"
                    side: Theme.px(36)
                }
                Words {
                    id: left
                    width: parent.width - key.width - parent.spacing
                    leading: Theme.leadingTight
                    text: screen.shown.tries
                }
            },
            PinDots {
                width: parent.width
                // Larger words above take from the places, not from the keys.
                tall: Math.max(64, Math.min(Theme.px(140), Theme.px(Theme.portrait ? 190 : Theme.low ? 128 : 158) - tries.height))
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
