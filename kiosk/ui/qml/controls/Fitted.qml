// Words that fit their room: first what only accompanies goes (`brief`), then all letters give way at one pace (`smaller`),
// down to the normal size.
import QtQuick
import "../theme"

Column {
    id: fitted
    // The height that they may take.
    property real room: 0
    property int steps: 0
    readonly property bool brief: steps > 0
    readonly property int smaller: Math.max(0, steps - 1)
    property bool fitting: false

    // Tried one after the other, not bound: what gives way changes the height that it hangs on.
    function fit() {
        if (!Window.window || room <= 0)
            return;
        fitting = true;
        for (let step = 0; step <= Theme.textSize + 1; ++step) {
            steps = step;
            place();
            if (implicitHeight <= room)
                break;
        }
        fitting = false;
    }
    // Columns would place their children only with the next frame.
    function place() {
        for (const each of children)
            if (each.forceLayout)
                each.forceLayout();
        forceLayout();
    }
    onRoomChanged: Qt.callLater(fit)
    onImplicitHeightChanged: if (!fitting)
        Qt.callLater(fit)
    Window.onWindowChanged: Qt.callLater(fit)

    spacing: Theme.px(Theme.low ? 16 : 22)
}
