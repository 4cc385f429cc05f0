// All of a code as a QR code, and the address in words for who has no phone.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: panel
    property var shown: ({})
    property int tight: 0
    readonly property int padding: Theme.px(tight > 0 || Theme.low ? 20 : 36)
    readonly property int inside: width - 2 * padding
    property int side: Theme.px(tight > 1 ? 176 : Theme.low ? 200 : tight > 0 ? 240 : 300)
    // In a narrow place, or in large letters, the words stand below the picture.
    readonly property bool below: inside < side + Theme.px(Theme.textSize > 1 ? 620 : 360)

    implicitHeight: column.implicitHeight + 2 * padding

    Column {
        id: column
        x: panel.padding
        y: panel.padding
        width: panel.inside
        spacing: Theme.px(panel.tight > 0 || Theme.low ? 12 : 20)

        Flow {
            width: parent.width
            spacing: Theme.space(panel.below ? 1 : 3)

            Rectangle {
                id: paper
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
                    source: panel.shown.qr ? "image://qr/" + encodeURIComponent(panel.shown.qr) : ""
                    Accessible.role: Accessible.Graphic
                    Accessible.name: panel.shown.qrNote || ""
                }
            }
            Column {
                width: panel.below ? parent.width : parent.width - paper.width - parent.spacing
                topPadding: panel.below ? 0 : Theme.px(12)
                spacing: Theme.px(6)

                Words {
                    width: parent.width
                    visible: text !== ""
                    role: "caption"
                    leading: 1.3
                    text: panel.shown.qrNote || ""
                }
                Item {
                    width: 1
                    height: Theme.px(8)
                }
                Words {
                    width: parent.width
                    visible: text !== "" && site.text !== ""
                    role: "caption"
                    leading: 1.3
                    text: panel.shown.siteNote || ""
                }
                Words {
                    id: site
                    width: parent.width
                    visible: text !== ""
                    role: "label"
                    color: Theme.primary
                    wrapMode: Text.Wrap
                    text: panel.shown.site || ""
                }
            }
        }
    }
}
