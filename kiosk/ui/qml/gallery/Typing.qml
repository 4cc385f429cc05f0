// Keyboards, fields, keypad.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page
    columns: 1

    Specimen {
        width: page.each
        state_: "field: empty, filled, at fault"
        Field {
            width: page.each
            label: page.shown.field.label
            hint: page.shown.field.hint
        }
        Field {
            width: page.each
            label: page.shown.field.label
            text: page.shown.field.text
        }
        Field {
            width: page.each
            label: page.shown.field.label
            text: page.shown.field.text
            fault: page.shown.field.fault
        }
    }
    Repeater {
        model: [
            { state: "Greek", letters: "el" },
            { state: "Greek, an accent waits", letters: "el", accent: "\u0308\u0301" },
            { state: "Greek, capital", letters: "el", capitals: true },
            { state: "Latin", letters: "en" },
            { state: "signs", letters: "signs" }
        ]
        Specimen {
            id: one
            required property int index
            required property var modelData
            width: page.each
            state_: "keyboard: " + modelData.state
            Keyboard {
                objectName: "keyboard_" + one.index
                width: page.each
                letters: one.modelData.letters
                accent: one.modelData.accent || ""
                capitals: one.modelData.capitals === true
            }
        }
    }
    Specimen {
        width: page.each
        state_: "PIN"
        PinDots {
            width: Math.min(page.each, Theme.px(820))
            count: 3
        }
        Keypad {
            width: Math.min(page.each, Theme.px(820))
        }
    }
}
