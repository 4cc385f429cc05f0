// Tells the theme what the stage and the size of the window ask for.
import QtQuick
import booth
import "../theme"

Item {
    id: dressing
    required property WindowStage stage
    property real windowWidth: 1920
    property real windowHeight: 1080

    Binding {
        target: Theme
        property: "windowWidth"
        value: dressing.windowWidth
    }
    Binding {
        target: Theme
        property: "windowHeight"
        value: dressing.windowHeight
    }
    Binding {
        target: Theme
        property: "scheme"
        value: dressing.stage.scheme
    }
    Binding {
        target: Theme
        property: "textSize"
        // Simplified: what is left is drawn a step larger.
        value: Math.min(3, dressing.stage.textSize + (dressing.stage.simple ? 1 : 0))
    }
    Binding {
        target: Theme
        property: "motionWanted"
        value: dressing.stage.motion
    }
    Binding {
        target: Theme
        property: "lowReach"
        value: dressing.stage.lowReach
    }
    Binding {
        target: Theme
        property: "crested"
        value: dressing.stage.crest
    }
    Binding {
        target: Theme
        property: "keysInUse"
        value: dressing.stage.byKeys
    }
}
