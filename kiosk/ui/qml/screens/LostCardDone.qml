// The card is blocked: its number and since when, no name, and where a new one comes from.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    TwoColumns {
        leftSpan: 6
        rightSpan: 5
        middle: true
        leading: [
            Tick {},
            Words {
                width: parent.width
                role: "display"
                font.pixelSize: Math.round((Theme.display + Theme.h1) / 2)
                text: screen.shown.title
            },
            Words {
                width: parent.width
                text: screen.shown.text
            }
        ]
        trailing: [
            Repeater {
                model: screen.shown.facts
                Fact {
                    required property var modelData
                    width: parent ? parent.width : 0
                    name: modelData.name
                    value: modelData.value
                }
            },
            Notice {
                width: parent.width
                icon: "building-bank"
                text: screen.shown.todo
            },
            Contact {
                width: parent.width
                lines: screen.shown.contact
            }
        ]
    }
}
