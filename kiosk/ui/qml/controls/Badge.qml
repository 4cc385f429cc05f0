// A short remark in a pill.
import QtQuick
import "../theme"

Rectangle {
    id: badge
    property alias text: words.text
    property string icon
    // The width that it may take; 0: as much as its words want.
    property real most: 0
    readonly property int iconWidth: icon !== "" ? Math.round(Theme.caption * 1.2) + Theme.space(0) : 0
    property color colour: Theme.primary
    property color ground: "transparent"

    implicitWidth: row.implicitWidth + 2 * Theme.space(1)
    implicitHeight: Math.round(row.implicitHeight + Theme.px(12))
    width: implicitWidth
    height: implicitHeight
    radius: Math.min(height / 2, Theme.radius(2))
    color: ground
    border.width: Theme.line
    border.color: colour

    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.space(0)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            visible: badge.icon !== ""
            name: badge.icon
            colour: badge.colour
            side: Math.round(Theme.caption * 1.2)
        }
        Words {
            id: words
            anchors.verticalCenter: parent.verticalCenter
            role: "caption"
            width: badge.most > 0 ? Math.min(Math.ceil(implicitWidth), badge.most - 2 * Theme.space(1) - badge.iconWidth)
                                  : Math.ceil(implicitWidth)
            color: badge.colour
            font.weight: Font.DemiBold
            leading: Theme.leadingNatural
        }
    }
}
