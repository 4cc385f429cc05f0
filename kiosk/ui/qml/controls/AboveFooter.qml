// Just above the bar: why the way on is shut, where the bar has no room for it.
import QtQuick
import booth
import "../theme"

Item {
    id: above
    required property WindowStage stage
    required property Footer footer
    // In low reach the lower half is all there is for what is pressed: every line counts.
    readonly property int between: Theme.space(Theme.lowReach ? 0 : 1)
    readonly property int slim: Theme.lowReach ? Theme.px(20) : 0

    visible: footer.whyAbove
    height: visible ? 2 * between + why.height : 0

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
}
