// Content that may be taller than its place: up and down buttons appear beside it, and it pages. No drag is needed.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: pages
    default property alias content: holder.data
    property alias contentY: flick.contentY
    property bool needed: false
    readonly property int rail: Theme.px(104)
    property int railTop: 0
    // Where it stands in the window: the rail's buttons keep within low reach.
    property int sceneTop: Theme.headerHeight + y
    readonly property int contentWidth: width - (needed ? rail + Theme.gutter : 0)
    readonly property int bleed: Theme.px(12)
    readonly property int wantedHeight: Math.ceil(holder.childrenRect.height)

    function turn(by) {
        const end = Math.max(0, flick.contentHeight - flick.height);
        flick.contentY = Math.max(0, Math.min(end, flick.contentY + by * (flick.height - Theme.px(96))));
    }
    function show(item) {
        const top = item.mapToItem(holder, 0, 0).y - Theme.px(16);
        const bottom = top + item.height + Theme.px(32);
        if (top < flick.contentY)
            flick.contentY = Math.max(0, top);
        else if (bottom > flick.contentY + flick.height)
            flick.contentY = Math.min(bottom - flick.height, Math.max(0, flick.contentHeight - flick.height));
    }

    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        let item = focused;
        while (item && item !== holder)
            item = item.parent;
        if (item && focused !== holder)
            show(focused);
    }
    // Later, not bound: the rail narrows the content, which makes it taller, and a binding would chase its tail.
    function judge() {
        needed = height > 0 && holder.childrenRect.height > height + 1;
    }
    onHeightChanged: Qt.callLater(judge)
    Component.onCompleted: judge()
    onNeededChanged: if (!needed) flick.contentY = 0

    // A little wider than what it holds, so that shadows and focus rings are not cut.
    Flickable {
        id: flick
        x: -pages.bleed
        width: pages.contentWidth + 2 * pages.bleed
        height: pages.height
        contentWidth: width
        contentHeight: holder.childrenRect.height
        clip: pages.needed
        interactive: pages.needed
        boundsBehavior: Flickable.StopAtBounds

        Item {
            id: holder
            x: pages.bleed
            width: pages.contentWidth
            height: childrenRect.height
            onHeightChanged: Qt.callLater(pages.judge)
        }
        Behavior on contentY {
            enabled: !flick.moving && Theme.motion
            NumberAnimation {
                duration: Theme.normal
                easing.type: Easing.OutCubic
            }
        }
    }
    Loader {
        active: pages.needed
        anchors.right: parent.right
        y: Math.max(pages.railTop, Theme.reachTop - pages.sceneTop)
        height: parent.height - y
        width: pages.rail
        sourceComponent: Item {
            Button {
                id: up
                objectName: "page_up"
                width: parent.width
                height: Theme.px(104)
                iconOnly: true
                icon: "arrow-up"
                text: qsTr("Page up")
                enabled: flick.contentY > 1
                onPressed: pages.turn(-1)
            }
            Rectangle {
                id: track
                anchors.horizontalCenter: parent.horizontalCenter
                y: up.height + Theme.space(2)
                width: Theme.px(14)
                height: downButton.y - Theme.space(2) - y
                visible: height > Theme.px(40)
                radius: width / 2
                color: Theme.sunken
                border.width: Theme.light ? 0 : Theme.line
                border.color: Theme.outline

                Rectangle {
                    width: parent.width
                    radius: width / 2
                    color: Theme.outline
                    height: Math.max(Theme.px(40), parent.height * Math.min(1, flick.height / Math.max(1, flick.contentHeight)))
                    y: (parent.height - height) * flick.contentY / Math.max(1, flick.contentHeight - flick.height)
                }
            }
            Button {
                id: downButton
                objectName: "page_down"
                width: parent.width
                height: Theme.px(104)
                anchors.bottom: parent.bottom
                anchors.bottomMargin: pages.railTop > 0 ? Theme.space(2) : Theme.space(0)
                iconOnly: true
                icon: "arrow-down"
                text: qsTr("Page down")
                enabled: flick.contentY < flick.contentHeight - flick.height - 1
                onPressed: pages.turn(1)
            }
        }
    }
}
