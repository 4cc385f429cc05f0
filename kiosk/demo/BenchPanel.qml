// The bench beside a demo booth: cards to put in and pull, the line to the centre, a round. Never part of a real booth.
import QtQuick

Window {
    id: panel
    required property QtObject bench

    readonly property color ground: "#1E2226"
    readonly property color raised: "#2D3339"
    readonly property color ink: "#E6EAEE"
    readonly property color quiet: "#B3B9BF"
    readonly property color strong: "#A9C3E6"

    title: "Πάγκος δοκιμών"
    visible: true
    width: 460
    height: 1080
    color: ground

    component Line: Text {
        color: panel.ink
        font.pixelSize: 18
        wrapMode: Text.Wrap
        width: parent ? parent.width : 0
    }

    component Press: Rectangle {
        id: press
        property string text
        property bool lit: false
        signal pressed
        width: parent ? parent.width : 0
        height: 56
        radius: 8
        color: lit ? panel.strong : panel.raised
        border.color: panel.quiet
        Text {
            anchors.centerIn: parent
            text: press.text
            color: press.lit ? panel.ground : panel.ink
            font.pixelSize: 19
        }
        TapHandler { onTapped: press.pressed() }
    }

    Column {
        id: top
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: 20 }
        spacing: 12
        Line { text: "Πάγκος δοκιμών"; font.pixelSize: 26; font.bold: true }
        Line { text: "Βάλτε μία κάρτα στον αναγνώστη. Το PIN της γράφεται δίπλα."; color: panel.quiet }
    }

    ListView {
        anchors { left: parent.left; right: parent.right; top: top.bottom; bottom: foot.top; margins: 20 }
        clip: true
        spacing: 6
        model: panel.bench.cards
        delegate: Rectangle {
            id: row
            required property var modelData
            required property int index
            readonly property bool inside: panel.bench.inside === index
            width: ListView.view.width
            height: words.height + 14
            radius: 8
            color: inside ? panel.strong : panel.raised
            border.color: panel.quiet
            Column {
                id: words
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: 12 }
                spacing: 0
                Line { text: row.modelData.label; font.bold: true; color: row.inside ? panel.ground : panel.ink }
                Item {
                    width: parent.width
                    height: english.height
                    Line {
                        id: english
                        width: parent.width - pin.width - 8
                        text: row.modelData.english
                        font.pixelSize: 15
                        color: row.inside ? panel.ground : panel.quiet
                    }
                    Line {
                        id: pin
                        anchors.right: parent.right
                        width: implicitWidth
                        text: "PIN " + row.modelData.pin
                        color: row.inside ? panel.ground : panel.strong
                    }
                }
            }
            TapHandler { onTapped: row.inside ? panel.bench.pull() : panel.bench.insert(row.index) }
        }
    }

    Column {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: 20 }
        spacing: 10
        Row {
            width: parent.width
            spacing: foot.spacing
            Press {
                width: (parent.width - parent.spacing) / 2
                text: "Τραβήξτε την κάρτα"
                onPressed: panel.bench.pull()
            }
            Press {
                width: (parent.width - parent.spacing) / 2
                text: panel.bench.plugged ? "Βγάλτε τα ακουστικά" : "Βάλτε ακουστικά"
                lit: panel.bench.plugged
                onPressed: panel.bench.plug(!panel.bench.plugged)
            }
        }
        Press {
            text: panel.bench.cut ? "Η γραμμή είναι κομμένη · ενώστε την" : "Κόψτε τη γραμμή προς το κέντρο"
            lit: panel.bench.cut
            onPressed: panel.bench.cutLine(!panel.bench.cut)
        }
        Press { text: "Συγχρονισμός τώρα"; onPressed: panel.bench.sync() }
        Line { text: panel.bench.said; color: panel.quiet; font.pixelSize: 16 }
        Line { text: "Κέντρο: " + panel.bench.site; color: panel.quiet; font.pixelSize: 15 }
    }
}
