// A remark: info, warning or success. The icon differs too, never colour alone.
import QtQuick
import "../theme"

Rectangle {
    id: notice
    property string text
    property string kind: "info"
    property string icon: kind === "warning" ? "alert-triangle" : kind === "success" ? "circle-check" : "info-circle"
    property string role: "caption"
    property alias smaller: words.smaller
    readonly property color ink: kind === "warning" ? Theme.danger : kind === "success" ? Theme.success : Theme.infoText

    visible: text !== ""
    implicitHeight: words.implicitHeight + 2 * Theme.px(Theme.low ? 14 : 22)
    radius: Theme.radius(1)
    color: kind === "info" ? Theme.infoBg : Theme.surface
    border.width: kind === "info" && Theme.light ? 0 : Theme.line
    border.color: kind === "info" ? Theme.outline : ink

    Icon {
        id: picture
        x: Theme.px(26)
        anchors.verticalCenter: parent.verticalCenter
        name: notice.icon
        colour: notice.ink
        side: Theme.px(36)
    }
    Words {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: picture.x + picture.width + Theme.px(20)
        width: parent.width - x - Theme.px(24)
        role: notice.role
        leading: 1.35
        color: notice.ink
        font.weight: notice.kind === "info" ? Font.Normal : Font.DemiBold
        text: notice.text
        Accessible.role: notice.kind === "info" ? Accessible.StaticText : Accessible.AlertMessage
    }
}
