// The PIN: tries left at the left, the keypad at the right. Only the count of digits is known here.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    TwoColumns {
        id: columns
        actions: true
        sideBySide: !Theme.portrait
        leftSpan: 5
        rightSpan: 6
        leading: [
            Words {
                width: parent.width
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
            Words {
                width: parent.width
                color: Theme.muted
                text: screen.shown.text
            },
            PinDots {
                width: parent.width
                count: screen.stage.pinCount
                shortest: screen.shown.shortest
                longest: screen.shown.longest
            },
            Notice {
                width: parent.width
                kind: "warning"
                icon: "x"
                text: screen.shown.wrong
            },
            Notice {
                width: parent.width
                kind: screen.shown.last ? "warning" : "info"
                icon: screen.shown.last ? "alert-triangle" : "key"
                text: screen.shown.tries
            },
            Notice {
                width: parent.width
                icon: "hand-stop"
                text: screen.shown.wrong && (Theme.low || screen.shown.own) || Theme.low && screen.shown.last ? "" : qsTr("Cover the keys with your hand. We will never ask for your PIN by telephone.")
            }
        ]
        trailing: [
            Keypad {
                width: parent.width
                room: columns.room - 2 * (Theme.lowReach ? Theme.space(1) : Theme.px(Theme.low ? 32 : 56))
                onDigit: value => screen.stage.pinDigit(value)
                onErase: screen.stage.pinErase()
                onClear: screen.stage.pinClear()
            }
        ]
    }
}
