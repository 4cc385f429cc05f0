// Somebody on a paper, as a row: place in it, name, who they are to its holder, what it says of them.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Rectangle {
    id: row
    property var member: ({})
    property int tight: 0
    readonly property var says: member.says || []

    implicitHeight: words.implicitHeight + 2 * Theme.px(tight > 0 ? 14 : 22)
    radius: Theme.radius(1)
    color: Theme.surface
    border.width: Theme.light ? 1 : Theme.line
    border.color: Theme.light ? Theme.divider : Theme.outline
    Accessible.role: Accessible.ListItem
    Accessible.name: [row.member.name, row.member.relation, ...row.says].join(". ")

    Words {
        id: number
        x: Theme.px(28)
        anchors.verticalCenter: parent.verticalCenter
        width: Math.round(Theme.h2 * 1.4)
        role: "h2"
        color: Theme.primary
        horizontalAlignment: Text.AlignHCenter
        text: row.member.place || ""
        Accessible.ignored: true
    }
    Column {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: number.x + number.width + Theme.px(24)
        width: parent.width - x - Theme.px(28)
        spacing: Theme.px(4)

        Flow {
            width: parent.width
            spacing: Theme.px(16)
            Words {
                width: Math.min(implicitWidth, parent.width)
                role: "label"
                font.pixelSize: Theme.body
                leading: Theme.leadingTight
                wrapMode: Text.Wrap
                text: row.member.name || ""
                Accessible.ignored: true
            }
            Words {
                width: Math.min(implicitWidth, parent.width)
                role: "caption"
                color: Theme.primary
                font.weight: Font.DemiBold
                leading: 1.35
                topPadding: Theme.px(3)
                text: row.member.relation || ""
                Accessible.ignored: true
            }
        }
        Repeater {
            model: row.tight > 1 ? [row.says.join(" · ")] : row.says
            Words {
                required property string modelData
                width: words.width
                role: "caption"
                leading: 1.3
                wrapMode: Text.Wrap
                text: modelData
                Accessible.ignored: true
            }
        }
    }
}
