// The bar below: cancel and back at the left, the way on at the right, always in the same places.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Rectangle {
    id: footer
    required property Stage stage
    readonly property var shown: stage.view.footer
    readonly property bool primaryEnabled: stage.typing !== "" ? stage.pinReady : shown.enabled
    readonly property int gap: Theme.space(3)
    readonly property int leftEdge: back.visible ? back.x + back.width : cancel.visible ? cancel.x + cancel.width : 0
    readonly property int rightEdge: tools.active ? tools.x : primary.visible ? primary.x : width - Theme.margin
    // In the largest sizes the words of cancel and back give way to those of the way on.
    readonly property bool tight: Theme.margin * 2 + 3 * gap + (cancel.visible ? cancel.wordsWidth : 0)
                                  + (back.visible ? back.wordsWidth : 0) + primary.wordsWidth
                                  + (tools.active ? worded.implicitWidth + gap : 0) > width
    // Even then the word of the language does not fit beside them.
    readonly property bool crowded: tools.active && primary.visible
                                    && leftEdge + worded.implicitWidth + primary.width + Theme.margin + 2 * gap > width

    height: Theme.footerHeight
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.light ? 1 : Theme.line
        color: Theme.divider
    }
    SecondaryButton {
        id: cancel
        objectName: "cancel"
        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        visible: footer.shown.cancel
        iconOnly: footer.tight
        icon: "x"
        text: qsTr("Cancel")
        onPressed: footer.stage.cancel()
    }
    SecondaryButton {
        id: back
        objectName: "back"
        x: cancel.visible ? cancel.x + cancel.width + footer.gap : Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        visible: footer.shown.back
        iconOnly: footer.tight
        icon: footer.shown.backIcon
        text: footer.shown.backWords || qsTr("Back")
        onPressed: footer.stage.back()
    }
    PrimaryButton {
        id: primary
        objectName: "primary"
        visible: footer.shown.primary !== ""
        anchors.verticalCenter: parent.verticalCenter
        x: footer.width - Theme.margin - width
        width: Math.max(implicitWidth, Theme.px(340))
        icon: footer.shown.icon
        text: footer.shown.primary
        enabled: footer.primaryEnabled
        onPressed: footer.stage.primary()
    }
    Tools {
        id: worded
        stage: footer.stage
        inRow: true
        brief: true
        visible: false
        enabled: false
    }
    // In low reach the tools come down from the header.
    Loader {
        id: tools
        active: Theme.lowReach && !Theme.portrait
        anchors.verticalCenter: parent.verticalCenter
        x: Math.max(footer.leftEdge + footer.gap,
                    Math.min(Math.round((footer.width - width) / 2), (primary.visible ? primary.x : footer.width) - footer.gap - width))
        sourceComponent: Tools {
            stage: footer.stage
            onHeader: false
            inRow: true
            brief: true
            bare: footer.crowded
        }
    }
    Icon {
        id: sign
        anchors.verticalCenter: parent.verticalCenter
        visible: note.visible
        x: note.x - width - Theme.space(1)
        name: primary.visible ? "info-circle" : "shield-check"
        colour: Theme.muted
    }
    Words {
        id: note
        anchors.verticalCenter: parent.verticalCenter
        visible: text !== "" && !(tools.active && primary.visible) && implicitWidth + sign.width + Theme.space(1) <= (tools.active ? footer.width - Theme.margin - tools.x - tools.width : footer.rightEdge - footer.leftEdge) - 2 * footer.gap
        x: (tools.active ? footer.width - Theme.margin : footer.rightEdge) - implicitWidth - (primary.visible ? footer.gap : 0)
        role: "caption"
        leading: Theme.leadingNatural
        wrapMode: Text.NoWrap
        text: footer.shown.note
    }
}
