// The visit is over; a big, clear drawing of taking the card.
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
            Words {
                width: parent.width
                role: "display"
                text: screen.shown.title
            },
            Words {
                width: parent.width
                font.pixelSize: Math.round((Theme.h2 + Theme.body) / 2)
                text: screen.shown.text
            },
            Notice {
                width: parent.width
                kind: "warning"
                role: "label"
                text: screen.shown.problem ? screen.shown.problem.title : ""
            },
            Words {
                width: parent.width
                visible: text !== ""
                text: screen.shown.problem ? screen.shown.problem.text : ""
            },
            Contact {
                width: parent.width
                lines: screen.shown.contact
            },
            Words {
                width: parent.width
                visible: text !== ""
                role: "caption"
                text: screen.shown.problem ? screen.shown.problem.codeLine : ""
            }
        ]
        trailing: [
            Card {
                width: parent.width
                height: drawing.height + 2 * Theme.px(48)

                CardDrawing {
                    id: drawing
                    anchors.centerIn: parent
                    comesOut: true
                    width: Math.min(parent.width - 2 * Theme.px(48), Theme.px(560))
                    height: Math.round(width * 380 / 420)
                }
            }
        ]
    }
    CardAlarm {
        anchors.fill: parent
        // Whoever has to read why is given longer.
        visible: screen.stage.cardLeft > (screen.shown.problem ? 60 : 0)
    }
}
