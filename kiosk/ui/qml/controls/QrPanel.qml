// A code to be kept: its groups in large letters, and the same as a QR code.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: panel
    property string title
    property var groups: []
    property string code
    property string qr
    property string qrNote
    property int perLine: 4
    readonly property int padding: Theme.px(Theme.low ? 28 : 44)
    property int side: Theme.px(Theme.low ? 224 : 300)

    implicitHeight: column.implicitHeight + 2 * padding

    Column {
        id: column
        x: panel.padding
        y: panel.padding
        width: panel.width - 2 * panel.padding
        spacing: Theme.px(Theme.low ? 14 : 22)

        Words {
            width: parent.width
            role: "caption"
            font.weight: Font.DemiBold
            leading: Theme.leadingTight
            horizontalAlignment: Text.AlignHCenter
            text: panel.title
        }
        Grid {
            anchors.horizontalCenter: parent.horizontalCenter
            columns: panel.perLine
            columnSpacing: Theme.space(3)
            rowSpacing: Theme.px(6)
            Accessible.role: Accessible.StaticText
            Accessible.name: panel.code

            Repeater {
                model: panel.groups
                Text {
                    required property string modelData
                    text: modelData
                    color: Theme.text
                    font.family: Theme.family
                    font.pixelSize: Theme.h2 + Theme.px(4)
                    font.weight: Font.Bold
                    font.letterSpacing: Theme.px(3)
                    // Slashed zero, and letters that are not mistaken for one another.
                    font.features: ({ "zero": 1, "ss02": 1, "tnum": 1 })
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: image.width + 2 * Theme.px(10)
            height: width
            radius: Theme.radius(1)
            color: Theme.paper
            border.width: Theme.line
            border.color: Theme.outline

            Image {
                id: image
                anchors.centerIn: parent
                cache: false
                smooth: false
                sourceSize: Qt.size(panel.side, panel.side)
                source: panel.qr ? "image://qr/" + encodeURIComponent(panel.qr) : ""
                Accessible.role: Accessible.Graphic
                Accessible.name: panel.qrNote
            }
        }
        Words {
            width: parent.width
            role: "caption"
            horizontalAlignment: Text.AlignHCenter
            leading: 1.3
            text: panel.qrNote
        }
    }
}
