// Content that may be taller than its place: up and down buttons appear beside it, and it pages. No drag is needed.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: pages
    default property alias content: holder.data
    // What is shown has become another matter: it is read from its beginning.
    property string about
    property bool needed: false
    property int page: 0
    readonly property int rail: Theme.px(104)
    property int railTop: 0
    // Where it stands in the window: the rail's buttons keep within low reach.
    property int sceneTop: Theme.headerHeight + y
    readonly property int contentWidth: width - (needed ? rail + Theme.gutter : 0)
    readonly property int bleed: Theme.px(12)
    readonly property int wantedHeight: Math.ceil(holder.childrenRect.height)
    readonly property real start: needed ? breaks.starts[Math.min(page, breaks.count - 1)] : 0
    readonly property real end: breaks.ends[Math.min(page, breaks.count - 1)]
    readonly property bool atEnd: page >= breaks.count - 1

    onAboutChanged: page = 0
    // Later: what moves may take the focus along, which asks for a page, and start would chase its own tail.
    onStartChanged: Qt.callLater(settle)

    function turn(by) {
        measure();
        page = Math.max(0, Math.min(breaks.count - 1, page + by));
    }
    function show(item) {
        const top = item.mapToItem(holder, 0, 0).y;
        if (top >= start && top + item.height <= end)
            return;
        page = Math.max(0, breaks.starts.filter(begins => begins <= top).length - 1);
    }
    // A finger let go: the nearest page is taken whole.
    function snap() {
        const far = begins => Math.abs(begins - flick.contentY);
        page = breaks.starts.reduce((best, begins, index) => far(begins) < far(breaks.starts[best]) ? index : best, 0);
        settle();
    }
    function settle() {
        flick.contentY = start;
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
    // A screen that has just left has no window and nothing to judge.
    function judge() {
        if (!Window.window)
            return;
        again = true;
        if (height > 0 && holder.childrenRect.height > height + 1)
            measure();
        else
            needed = false;
    }
    function measure() {
        breaks.measure();
        needed = breaks.total > height + 1;
        page = Math.min(page, breaks.count - 1);
    }
    // Rows and columns place their children when a frame is drawn: then it is measured once more.
    property bool again: false
    Connections {
        target: pages.Window.window
        function onAfterAnimating() {
            if (pages.again && pages.needed)
                pages.measure();
            pages.again = false;
        }
    }
    onHeightChanged: Qt.callLater(judge)
    Window.onWindowChanged: Qt.callLater(judge)
    onNeededChanged: if (!needed)
        page = 0

    PageBreaks {
        id: breaks
        holder: holder
        room: pages.height
        bleed: pages.bleed
    }
    // A little wider than what it holds, so that shadows and focus rings are not cut.
    Item {
        x: -pages.bleed
        width: pages.contentWidth + 2 * pages.bleed
        height: !pages.needed || flick.moving ? pages.height : pages.end - pages.start
        clip: pages.needed

        Flickable {
            id: flick
            width: parent.width
            height: pages.height
            contentWidth: width
            contentHeight: Math.max(holder.childrenRect.height, breaks.starts[breaks.count - 1] + height)
            interactive: pages.needed
            boundsBehavior: Flickable.StopAtBounds
            onMovementEnded: pages.snap()

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
                enabled: pages.page > 0
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
                    height: Math.max(Theme.px(40), parent.height / breaks.count)
                    y: (parent.height - height) * pages.page / Math.max(1, breaks.count - 1)
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
                enabled: pages.page < breaks.count - 1
                onPressed: pages.turn(1)
            }
        }
    }
}
