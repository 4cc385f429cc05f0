// Just above the bar: why the way on is shut, where the bar has no room for it; and the button of an act that cannot be
// taken back, which is never where the finger has just been.
import QtQuick
import booth
import "../theme"

Item {
    id: above
    required property WindowStage stage
    required property Footer footer
    readonly property bool kept: footer.raised
    // In low reach the lower half is all there is for what is pressed: every line counts.
    readonly property int between: Theme.space(Theme.lowReach ? 0 : 1)
    readonly property int slim: Theme.lowReach && !kept ? Theme.px(20) : 0

    visible: kept || footer.whyAbove
    height: !visible ? 0 : between + Math.max(kept ? primary.implicitHeight : 0, why.visible ? why.height : 0) + between

    Notice {
        id: why
        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - 2 * Theme.margin
        height: implicitHeight - above.slim
        kind: above.footer.asked ? "warning" : "info"
        icon: "info-circle"
        text: above.footer.whyAbove ? above.footer.why : ""
    }
    PrimaryButton {
        id: primary
        objectName: "primary"
        visible: above.footer.raised && !above.footer.unread
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - Theme.margin - width
        width: Math.max(implicitWidth, Theme.px(340))
        icon: above.footer.shown.icon
        text: above.footer.shown.primary
        enabled: above.footer.primaryEnabled
        onPressed: above.stage.primary()
        onVisibleChanged: if (!visible) focus = false
    }
}
