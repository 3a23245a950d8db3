@browser
Feature: Changing settings in the console

  Background:
    Given Root is an administrator

  Scenario: Trying a change for five minutes and keeping it
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it with confirmation "Within 5 minutes"
    Then the setting rateLimit.login.points is 20
    And Root sees "unless it is kept"
    When Root clicks "Keep"
    Then Root sees "The change was confirmed"
    And the setting rateLimit.login.points is 20

  Scenario: Two instances run the new revision
    Given a second instance is running
    And the second instance has loaded the same files
    And the instances exchange changes
    And Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it with confirmation "Within 5 minutes"
    And Root opens the screen "Overview"
    Then 2 instances on the overview are up to date
    And Root sees "unless it is kept"

  Scenario: A change that nobody keeps
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it with confirmation "Within 5 minutes"
    Then Root sees "unless it is kept"
    When the service is restarted 2 hours later for the database
    Then Root does not see "unless it is kept"
    And the setting rateLimit.login.points is 60

  Scenario: A change that expires
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it "After 10 minutes"
    Then the setting rateLimit.login.points is 20
    When the service is restarted 2 hours later for the database
    Then the setting rateLimit.login.points is 60

  Scenario: Reverting a change
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root reviews the draft and applies it with confirmation "Within 5 minutes"
    And Root clicks "Revert"
    Then Root sees "The change was reverted"
    And the setting rateLimit.login.points is 60

  Scenario: An invalid value
    Given Root has the console open
    When Root opens the setting rateLimit.login.points and enters 0
    Then Root sees "must be at least 1"
    And the button "Add to draft" is disabled

  Scenario: The service validates a value while it is typed
    Given Root has the console open
    When Root opens the setting auth.refresh.ttl and enters 1m
    Then the field shows the error "auth.access.ttl must be shorter than auth.refresh.ttl", screen readers announce it, and the field keeps the focus
    When Root clicks "Add to draft"
    Then Root sees "(1 error)"
    And Root sees "In your draft: auth.access.ttl must be shorter than auth.refresh.ttl"
    When Root clicks "Review"
    Then the button "Apply now" is disabled
    When Root clicks "Back"
    And Root opens the setting auth.access.ttl and enters 30s
    And Root clicks "Add to draft"
    And Root clicks "Review"
    And Root clicks "Apply now"
    Then Root sees the alert "is active on every instance"

  Scenario: Leaving the page with a draft
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    Then Root is asked before the page is reloaded, and can stay
    When Root clicks "Review"
    And Root clicks "Apply now"
    Then Root sees the alert "is active on every instance"
    When Root reloads the page
    Then the setting rateLimit.login.points is 20

  Scenario: A slow response does not replace a newer one
    Given Root has the console open
    When Root opens the setting auth.refresh.ttl and enters 20d
    And Root enters 1m, and 25d before the first response
    Then the value in the drawer has no error

  Scenario: A draft on a configuration that has changed in the meantime
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And the operator sets rateLimit.login.points to 30
    And Root clicks "Review"
    Then Root sees "The configuration has changed in the meantime"
    When Root clicks "Apply now"
    Then the setting rateLimit.login.points is 20

  Scenario: Turning a switch off
    Given Root has the console open
    When Root opens the screen "Feature switches"
    And Root toggles the switch registration.open
    And Root clicks "Apply now"
    Then registration is closed

  Scenario: Removing an override
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root clicks "Review"
    And Root clicks "Apply now"
    Then the setting rateLimit.login.points is 20
    When Root opens the address "/configuration?tab=overrides"
    And Root clicks "Remove the override of rateLimit.login.points"
    And Root confirms "Remove override"
    Then the setting rateLimit.login.points is 60

  Scenario: A file with an error is marked
    Given Root has the console open
    When Root validates the file "rateLimit: {login: {points: lots}}"
    Then Root sees "rateLimit.login.points"
    When Root validates the file "rateLimit: {login: {points: 25}}"
    Then Root sees "The file is valid"
