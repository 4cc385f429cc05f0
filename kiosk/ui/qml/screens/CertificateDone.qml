// The paper is out: take it; its number and the code that proves it.
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
            StepBar {
                width: parent.width
                step: screen.shown.step
            },
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
            },
            Fact {
                width: parent.width
                name: screen.shown.numberTitle
                value: screen.shown.number
            },
            Notice {
                width: parent.width
                kind: "success"
                text: screen.shown.cardOut
            }
        ]
        trailing: [
            QrPanel {
                width: parent.width
                height: implicitHeight
                title: screen.shown.codeTitle
                groups: screen.shown.groups
                code: screen.shown.code
                qr: screen.shown.qr
                qrNote: screen.shown.qrNote
            }
        ]
    }
}
