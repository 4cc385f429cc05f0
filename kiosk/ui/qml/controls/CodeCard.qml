// A code to be kept, its groups in large letters.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: panel
    property var shown: ({})
    property int tight: 0
    readonly property var groups: shown.groups || []
    readonly property int padding: Theme.px(tight > 0 || Theme.low ? 20 : 36)
    readonly property int inside: width - 2 * padding
    readonly property int letters: Math.round((Theme.h2 + Theme.display) / 2)

    implicitHeight: column.implicitHeight + 2 * padding

    Column {
        id: column
        x: panel.padding
        y: panel.padding
        width: panel.inside
        spacing: Theme.px(panel.tight > 0 || Theme.low ? 10 : 18)

        Words {
            width: parent.width
            role: "label"
            text: panel.shown.title || ""
        }
        Grid {
            id: grid
            readonly property int each: Math.ceil(metrics.width) + 2 * Theme.px(24)
            readonly property int most: Math.max(1, Math.floor((panel.inside + Theme.space(1)) / (each + Theme.space(1))))
            // In lines of as many: nobody looks for a last group that stands alone.
            columns: {
                let many = Math.max(1, Math.min(panel.groups.length, most));
                while (panel.groups.length % many)
                    many--;
                return many;
            }
            columnSpacing: Theme.space(1)
            rowSpacing: Theme.space(0)
            Accessible.role: Accessible.StaticText
            Accessible.name: panel.shown.code || ""

            TextMetrics {
                id: metrics
                font.family: Theme.family
                font.pixelSize: panel.letters
                font.weight: Font.Bold
                font.letterSpacing: Theme.px(3)
                text: "WM00"
            }
            Repeater {
                model: panel.groups
                Rectangle {
                    id: group
                    required property string modelData
                    width: grid.each
                    height: letters.implicitHeight + 2 * Theme.px(panel.tight > 0 || Theme.low ? 8 : 16)
                    radius: Theme.radius(0)
                    color: Theme.infoBg
                    border.width: Theme.light ? 0 : Theme.line
                    border.color: Theme.outline

                    Text {
                        id: letters
                        anchors.centerIn: parent
                        text: group.modelData
                        color: Theme.text
                        font.family: Theme.family
                        font.pixelSize: panel.letters
                        font.weight: Font.Bold
                        font.letterSpacing: Theme.px(3)
                        // Slashed zero, and letters that are not mistaken for one another.
                        font.features: ({ "zero": 1, "ss02": 1, "tnum": 1 })
                        textFormat: Text.PlainText
                        Accessible.ignored: true
                    }
                }
            }
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            text: panel.shown.note || ""
        }
    }
}
