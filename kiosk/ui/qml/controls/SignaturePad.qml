// A signature drawn by finger, kept as strokes in memory until it is taken or wiped; and a way for those who cannot draw.
import QtQuick
import "../theme"

Column {
    id: pad
    // Lists of points, each from 0 to 1 of the pad's sides. They leave this control only by `taken`.
    property var strokes: []
    readonly property bool empty: strokes.length === 0
    property int tall: Theme.px(Theme.low ? 280 : 380)

    signal taken(var strokes)
    // The resident cannot or does not want to draw: card and PIN say who they are.
    signal declined

    function undo() {
        strokes = strokes.slice(0, -1);
    }
    function wipe() {
        strokes = [];
    }

    onStrokesChanged: paper.requestPaint()
    onVisibleChanged: if (!visible) wipe()
    spacing: Theme.space(2)

    Rectangle {
        id: frame
        width: parent.width
        height: pad.tall
        radius: Theme.radius(1)
        color: Theme.paper
        border.width: Theme.line
        border.color: Theme.outline
        Accessible.role: Accessible.Canvas
        Accessible.name: qsTr("Place to sign with your finger")
        Accessible.description: pad.empty ? qsTr("It is empty.") : qsTr("It holds a signature.")

        Rectangle {
            x: Theme.px(48)
            y: Math.round(parent.height * 0.78)
            width: parent.width - 2 * x
            height: Theme.line
            color: Theme.signing
        }
        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.round(parent.height * 0.78) - height - Theme.px(12)
            width: parent.width - 2 * Theme.px(48)
            visible: pad.empty
            horizontalAlignment: Text.AlignHCenter
            color: Theme.signing
            text: qsTr("Sign here with your finger")
            Accessible.ignored: true
        }
        Canvas {
            id: paper
            anchors.fill: parent
            anchors.margins: Theme.line
            renderTarget: Canvas.Image
            onPaint: {
                const pen = getContext("2d");
                pen.reset();
                pen.lineWidth = Theme.lineStrong + 2;
                pen.lineCap = "round";
                pen.lineJoin = "round";
                pen.strokeStyle = Theme.signing;
                for (const stroke of pad.strokes.concat(area.stroke.length ? [area.stroke] : [])) {
                    pen.beginPath();
                    pen.moveTo(stroke[0].x * width, stroke[0].y * height);
                    for (const point of stroke.concat(stroke.slice(-1)))
                        pen.lineTo(point.x * width + 0.1, point.y * height);
                    pen.stroke();
                }
            }
        }
        MouseArea {
            id: area
            property var stroke: []
            anchors.fill: paper
            preventStealing: true
            function add(x, y) {
                stroke = stroke.concat([{ x: Math.max(0, Math.min(1, x / width)), y: Math.max(0, Math.min(1, y / height)) }]);
                paper.requestPaint();
            }
            onPressed: mouse => {
                stroke = [];
                add(mouse.x, mouse.y);
            }
            onPositionChanged: mouse => add(mouse.x, mouse.y)
            onReleased: {
                const drawn = stroke;
                stroke = [];
                pad.strokes = pad.strokes.concat([drawn]);
            }
            onCanceled: stroke = []
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.space(2)
        Button {
            objectName: "sign_undo"
            icon: "arrow-back-up"
            text: qsTr("Undo the last stroke")
            enabled: !pad.empty
            onPressed: pad.undo()
        }
        Button {
            objectName: "sign_clear"
            icon: "eraser"
            text: qsTr("Start again")
            enabled: !pad.empty
            onPressed: pad.wipe()
        }
        Button {
            objectName: "sign_take"
            icon: "check"
            text: qsTr("This is my signature")
            enabled: !pad.empty
            onPressed: pad.taken(pad.strokes)
        }
    }
    Notice {
        width: parent.width
        icon: "keyboard"
        text: qsTr("If you cannot draw, or use keys alone, touch “Without a drawing”: your card and your PIN say who you are, and it counts the same.")
    }
    Button {
        objectName: "sign_without"
        icon: "key"
        text: qsTr("Without a drawing")
        onPressed: pad.declined()
    }
}
