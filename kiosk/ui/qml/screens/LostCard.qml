// A card is reported lost: its number on the keypad, its block code on the keyboard. What was typed is the stage's.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property bool keypad: shown.keypad

    TwoColumns {
        id: columns
        actions: true
        sideBySide: screen.keypad ? !Theme.portrait : Theme.wide
        leftSpan: screen.keypad ? 5 : Theme.lowReach ? 3 : 4
        rightSpan: screen.keypad ? 6 : Theme.lowReach ? 9 : 8
        leading: [
            StepBar {
                width: parent.width
                visible: !screen.shown.fault
                step: screen.shown.step
            },
            Words {
                width: parent.width
                visible: !screen.shown.fault
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
            // What went wrong stands before all else: in the largest letters there is room for nothing more.
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
                visible: !screen.shown.fault
                color: Theme.muted
                text: screen.shown.text
            },
            Field {
                width: parent.width
                visible: screen.keypad
                label: screen.shown.label
                hint: screen.shown.hint
                text: screen.stage.typed
            },
            Notice {
                width: parent.width
                icon: "phone"
                text: screen.shown.help
            }
        ]
        trailing: [
            Field {
                width: parent.width
                visible: !screen.keypad
                label: screen.shown.label
                hint: screen.shown.hint
                text: screen.stage.typed
            },
            Loader {
                width: parent.width
                sourceComponent: screen.keypad ? digits : letters
            }
        ]
    }
    Component {
        id: digits
        Keypad {
            room: columns.room - 2 * (Theme.lowReach ? Theme.space(1) : Theme.px(Theme.low ? 32 : 56))
            onDigit: value => screen.stage.pinDigit(value)
            onErase: screen.stage.pinErase()
            onClear: screen.stage.pinClear()
        }
    }
    Component {
        id: letters
        Keyboard {
            letters: "en"
            capitals: true
            onTyped: text => {
                capitals = true;
                screen.stage.letter(text);
            }
            onErase: screen.stage.pinErase()
        }
    }
}
