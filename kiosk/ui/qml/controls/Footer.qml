// The bar below: cancel and back at the left, the way on at the right, always in the same places.
pragma ComponentBehavior: Bound
import QtQuick
import booth
import "../theme"

Rectangle {
    id: footer
    required property WindowStage stage
    // The screen above, which knows what of it was seen.
    property var face: null
    readonly property var shown: stage.view.footer
    readonly property bool primaryEnabled: stage.typing !== "" ? stage.pinReady : shown.enabled
    readonly property int gap: Theme.space(3)
    readonly property int leftEdge: other.visible ? other.x + other.width : back.visible ? back.x + back.width
                                    : cancel.visible ? cancel.x + cancel.width : 0
    readonly property int rightEdge: tools.active ? tools.x : primary.visible ? primary.x : width - Theme.margin

    // What the way on is about was all on the screen; what confirms has its place on the page itself.
    readonly property bool unseen: Boolean(shown.unseen && face && !face.seenAll)
    readonly property bool apart: shown.apart === true
    // Why the way on is shut, until it opens; and whether somebody has touched it all the same.
    readonly property string why: apart ? "" : !primaryEnabled ? shown.note : unseen ? shown.unseen : ""
    property bool asked: false
    // A page of blocks says it itself, where the bar has no room for it.
    readonly property bool onPage: Boolean(face && face.whyHere !== undefined)
    readonly property bool primaryHasNoRoom: primary.visible && !roomFor(Math.max(measured.width, unseenMeasured.width))
    readonly property bool whyAbove: why !== "" && !onPage && primary.visible && !note.fits && (stage.typing === "" || asked)

    onWhyChanged: asked = false
    Binding {
        target: Theme
        property: "barFull"
        value: footer.primaryHasNoRoom
    }
    // In the largest sizes the words of what else there is give way first, then those of cancel and back to the way on's.
    readonly property bool full: needed + (other.visible ? other.wordsWidth : 0) > width
    readonly property bool tight: needed + (other.visible ? Math.max(Theme.target, Theme.px(100)) : 0) > width
    readonly property int needed: Theme.margin * 2 + 3 * gap + (cancel.visible ? cancel.wordsWidth : 0)
                                 + (back.visible ? back.wordsWidth : 0) + (primary.visible ? primary.wordsWidth : 0)
                                 + (tools.active ? worded.implicitWidth + gap : 0)
    // Even then the word of the language does not fit beside them.
    readonly property bool crowded: tools.active && primary.visible
                                    && leftEdge + worded.implicitWidth + width - primary.x + 2 * gap > width

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
    // Something else to choose, where the bar has such a thing.
    SecondaryButton {
        id: other
        objectName: "other"
        x: back.x + back.width + footer.gap
        anchors.verticalCenter: parent.verticalCenter
        visible: text !== ""
        iconOnly: footer.full
        icon: "list-search"
        text: footer.shown.other || ""
        onPressed: footer.stage.choose(footer.shown.otherKey)
    }
    PrimaryButton {
        id: primary
        objectName: "primary"
        visible: footer.shown.primary !== "" && !footer.apart
        anchors.verticalCenter: parent.verticalCenter
        x: footer.width - Theme.margin - width
        width: Math.max(implicitWidth, Theme.px(340))
        icon: footer.shown.icon
        text: footer.shown.primary
        enabled: footer.primaryEnabled && !footer.unseen
        note: enabled ? "" : footer.why
        onPressed: footer.stage.primary()
    }
    // A finger on the shut way on is told why.
    MouseArea {
        anchors.fill: primary
        enabled: primary.visible && !primary.enabled
        onClicked: {
            footer.asked = true;
            footer.stage.why();
        }
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
    // Of both that may stand there: whether there is room for them must not change while a page is read.
    TextMetrics {
        id: measured
        font: note.font
        text: footer.shown.note
    }
    TextMetrics {
        id: unseenMeasured
        font: note.font
        text: footer.shown.unseen
    }
    function roomFor(wide) {
        return !(tools.active && primary.visible) && wide + sign.width + Theme.space(1) <= note.room - 2 * gap;
    }
    Words {
        id: note
        anchors.verticalCenter: parent.verticalCenter
        readonly property int room: tools.active ? footer.width - Theme.margin - tools.x - tools.width
                                                 : footer.rightEdge - footer.leftEdge
        readonly property bool fits: footer.roomFor(implicitWidth)
        visible: text !== "" && fits && !(footer.onPage && footer.primaryHasNoRoom)
        x: (tools.active ? footer.width - Theme.margin : footer.rightEdge) - implicitWidth - (primary.visible ? footer.gap : 0)
        role: "caption"
        leading: Theme.leadingNatural
        wrapMode: Text.NoWrap
        text: footer.apart ? "" : primary.visible ? footer.why : footer.shown.note
        font.weight: footer.asked ? Font.DemiBold : Font.Normal
        color: footer.asked ? Theme.danger : Theme.muted
    }
}
