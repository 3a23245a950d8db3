@browser
Feature: Expiry and confirmation time of a change in the console

  Background:
    Given Root is an administrator

  Scenario: A confirmation time that is not in the list
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root clicks "Review"
    And Root selects "Other…" as "Confirmation"
    And Root enters "25" as "Confirmation: number"
    And Root selects "hours" as "Confirmation: unit"
    Then Root sees "must be between 1 second and 24 hours"
    And the button "Apply, then confirm" is disabled
    When Root enters "2" as "Confirmation: number"
    And Root clicks "Apply, then confirm"
    Then Root sees "It is reverted in 1 h 59 min"

  Scenario: An expiry that is not in the list
    Given Root has the console open
    When Root puts rateLimit.login.points with the value 20 into the draft
    And Root clicks "Review"
    And Root selects "Other…" as "Expires"
    And Root enters "91" as "Expires: number"
    And Root selects "days" as "Expires: unit"
    Then Root sees "must be between 1 second and 90 days"
    And the button "Apply now" is disabled
    When Root selects "minutes" as "Expires: unit"
    And Root clicks "Apply now"
    Then the setting rateLimit.login.points is 20
    When the service is restarted 2 hours later for the database
    Then the setting rateLimit.login.points is 60
